// SPDX-License-Identifier: Apache-2.0
// What tests of pruning ask of a lake: which files a query reads, and whether it finds every row.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {

// "3 of 10" from a plan; "none" where the engine knows that no row matches.
inline std::string FilesIn(const std::string& plan) {
  if (plan.find("EMPTY_RESULT") != std::string::npos) return "none";
  const auto at = plan.find("Files: ");
  if (at == std::string::npos) return "?";
  const auto end = plan.find_first_of(" \n(", plan.find(" of ", at) + 4);
  return plan.substr(at + 7, end - at - 7);
}

// Each condition is run twice: as it is, and so that nothing can be pruned by it; both have to
// count the same rows.
struct PruningCase {
  const char* condition;
  const char* files;
};

inline void ExpectFiles(LakeForTest& lake, const PruningCase& test) {
  const std::string condition = test.condition;
  const auto pruned = lake.Query("SELECT count(*) FROM t WHERE " + condition);
  // A volatile term takes every chance to prune from the filter.
  const auto full = lake.Query("SELECT count(*) FROM t WHERE CASE WHEN random() < 2 THEN (" +
                               condition + ") ELSE false END");
  EXPECT_EQ(pruned, full) << condition;
  const auto plan = lake.Query("EXPLAIN SELECT * FROM t WHERE " + condition);
  EXPECT_EQ(FilesIn(plan), test.files) << condition << "\n" << plan;
}

inline std::string Bounds(const std::string& min, const std::string& max, const std::string& nulls,
                          int rows) {
  return R"({"numRecords":)" + std::to_string(rows) + R"(,"minValues":{)" + min +
         R"(},"maxValues":{)" + max + R"(},"nullCount":{)" + nulls + "}}";
}

// Sixteen files: region a-d, day 1-4; without any statistics.
inline void MakePartitions(LakeForTest& lake) {
  std::vector<TestFile> files;
  for (const std::string region : {"a", "b", "c", ""}) {
    for (int day = 1; day <= 4; ++day) {
      const auto name = "r" + region + std::to_string(day) + ".parquet";
      files.push_back(
          {.name = name,
           .query = "SELECT range::BIGINT AS id FROM range(10)",
           .partition_values = R"({"region":)" +
                               (region.empty() ? std::string("null") : '"' + region + '"') +
                               R"(,"day":"2024-01-0)" + std::to_string(day) + R"("})",
           .statistics = R"({"numRecords":10})"});
    }
  }
  lake.MakeTable("bronze/t",
                 Field("id", "long") + "," + Field("region", "string") + "," + Field("day", "date"),
                 files, {}, R"(["region","day"])");
}

inline std::string FilesRead(LakeForTest& lake, const std::string& query) {
  const auto plan = lake.Query("EXPLAIN ANALYZE " + query);
  std::string counts;
  const std::string key = "Total Files Read: ";
  for (auto at = plan.find(key); at != std::string::npos; at = plan.find(key, at + 1)) {
    const auto begin = at + key.size();
    if (!counts.empty()) counts += ",";
    counts += plan.substr(begin, plan.find_first_not_of("0123456789", begin) - begin);
  }
  return counts.empty() ? plan : counts;
}

}  // namespace laguna::catalog
