// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/merge_join.h"

#include <gtest/gtest.h>

#include <string>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

// A table of four files with a thousand keys each.
class MergeJoinTest : public testing::Test {
 protected:
  MergeJoinTest() {
    lake_.Query("CREATE TABLE bronze.t (k BIGINT, v VARCHAR)");
    for (int i = 0; i < 4; ++i) {
      lake_.Query("INSERT INTO bronze.t SELECT i, 'v' || i FROM range(" + std::to_string(i * 1000) +
                  ", " + std::to_string(i * 1000 + 1000) + ") AS r(i)");
    }
  }
  // The plan as it ran, on one line.
  std::string Plan(const std::string& merge) {
    return lake_.Query("EXPLAIN ANALYZE MERGE INTO bronze.t AS t USING " + merge);
  }

  LakeForTest lake_;
};

TEST_F(MergeJoinTest, WideRowsOfTheSourceLeaveFilesOfTheTableOut) {
  const std::string source =
      "(SELECT i AS k, repeat('wide', 100) || i AS v, repeat('wider', 100) || i AS w "
      "FROM range(3000, 7000) AS r(i)) AS s ON t.k = s.k ";
  for (const char* clauses : {"WHEN MATCHED THEN UPDATE SET *", "WHEN NOT MATCHED THEN INSERT *",
                              "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
                              "WHEN MATCHED THEN DELETE"}) {
    lake_.Query("BEGIN");
    EXPECT_NE(Plan(source + clauses).find("3 by join"), std::string::npos) << clauses;
    lake_.Query("ROLLBACK");
  }
}

TEST_F(MergeJoinTest, ALargerSourceGivesTheSameRows) {
  lake_.Query(
      "MERGE INTO bronze.t AS t USING (SELECT i AS k, 'n' AS v FROM range(9000) AS r(i)) AS s "
      "ON t.k = s.k WHEN MATCHED AND s.k < 10 THEN DELETE WHEN MATCHED THEN UPDATE SET * "
      "WHEN NOT MATCHED THEN INSERT *");
  EXPECT_EQ(lake_.Query("SELECT count(*), count(*) FILTER (v = 'n') FROM bronze.t"), "8990|8990");
}

}  // namespace
}  // namespace laguna::catalog
