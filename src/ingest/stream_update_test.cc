// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_update.h"

#include <gtest/gtest.h>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

using base::ErrorKind;

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";

TEST(UpdateStream, ReadsNewFilesOnce) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,20\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,30\n");
  const auto first = lake.Update(kTable, kQuery);
  ASSERT_EQ(first.batches.size(), 1U);
  EXPECT_EQ(first.batches[0].files_read, 2);
  EXPECT_EQ(first.batches[0].rows_written, 3);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");

  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  lake.Restart();
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());

  lake.Write("landing/sales/c.csv", "id,name,n\n4,w,40\n");
  const auto second = lake.Update(kTable, kQuery);
  ASSERT_EQ(second.batches.size(), 1U);
  EXPECT_EQ(second.batches[0].batch, 1);
  EXPECT_EQ(second.rows_written(), 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30\n4|w|40");
}

}  // namespace
}  // namespace laguna::ingest
