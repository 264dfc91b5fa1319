// SPDX-License-Identifier: Apache-2.0
#include "ingest/row_counts.h"

#include <gtest/gtest.h>

namespace laguna::ingest {
namespace {

TEST(RowCounts, CountsOfBatchesAddUp) {
  RowCounts sum;
  RowCounts one;
  one.files_read = 1;
  one.rows_read = 10;
  one.rows_written = 6;
  one.rows_dropped = 3;
  one.rows_quarantined = 1;
  one.rows_failed_to_parse = 2;
  one.checks = {{"a", OnViolation::kKeep, 1, 2}, {"b", OnViolation::kKeep, 3, 0}};
  RowCounts other;
  other.rows_read = 5;
  other.checks = {{"b", OnViolation::kKeep, 4, 1}, {"a", OnViolation::kKeep, 5, 0}};
  sum.Add(one);
  sum.Add(other);
  EXPECT_EQ(sum.files_read, 1);
  EXPECT_EQ(sum.rows_read, 15);
  EXPECT_EQ(sum.rows_written, 6);
  EXPECT_EQ(sum.rows_dropped, 3);
  EXPECT_EQ(sum.rows_quarantined, 1);
  EXPECT_EQ(sum.rows_failed_to_parse, 2);
  ASSERT_EQ(sum.checks.size(), 2U);
  EXPECT_EQ(sum.checks[0].passed, 6);
  EXPECT_EQ(sum.checks[0].failed, 2);
  EXPECT_EQ(sum.checks[1].passed, 7);
  EXPECT_EQ(sum.checks[1].failed, 1);
}

}  // namespace
}  // namespace laguna::ingest
