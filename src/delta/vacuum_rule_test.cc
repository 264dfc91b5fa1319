// SPDX-License-Identifier: Apache-2.0
#include "delta/vacuum_rule.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

TEST(VacuumRule, LeavesAloneWhatAPartOfItsPathHides) {
  Metadata metadata;
  metadata.schema = Schema{{StructField{"_day", Primitive::kDate, true, {}},
                            StructField{"id", Primitive::kLong, true, {}}}};
  metadata.partition_columns = {"_day"};
  const VacuumRule rule(metadata);
  struct Case {
    std::string path;
    bool taken;
  };
  const Case cases[] = {
      {"a.parquet", true},
      {"p=1/a.parquet", true},
      {"deletion_vector_1.bin", true},
      {"notes.txt", true},
      {"_change_data/cdc-1.parquet", true},
      {"_change_data/_day=1/cdc-1.parquet", true},
      {"_day=2024-01-01/a.parquet", true},
      {"_delta_log/00000000000000000000.json", false},
      {"_other=1/a.parquet", false},
      {".hidden", false},
      {"p=1/_SUCCESS", false},
      {"p=1/.crc/a.parquet", false},
      {"_delta_index/x", false},
      {"_delta_log/", false},
      {"p=1/", true},
      {"_change_data/", true},
      {"_day=2024-01-01/", true},
  };
  for (const Case& test : cases) EXPECT_EQ(rule.Takes(test.path), test.taken) << test.path;
}

TEST(VacuumRule, KeepsAWeekWhereTheTableDoesNotSay) {
  EXPECT_EQ(DeletedFileRetention({}), int64_t{7} * 86'400'000);
  EXPECT_EQ(DeletedFileRetention({{"delta.deletedFileRetentionDuration", "interval 2 hours"}}),
            7'200'000);
}

TEST(VacuumRule, FindsTablesWithinTheFolder) {
  EXPECT_EQ(NestedTableOf("sub/t/_delta_log/0.json"), "sub/t/");
  EXPECT_EQ(NestedTableOf("sub/t/_delta_log/"), "sub/t/");
  EXPECT_EQ(NestedTableOf("_delta_log/0.json"), "");
  EXPECT_EQ(NestedTableOf("sub/a.parquet"), "");
}

}  // namespace
}  // namespace laguna::delta
