// SPDX-License-Identifier: Apache-2.0
// A table that is partitioned anew beside those who write to it.
#include "catalog/optimize/repartition_table.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

TEST(RepartitionTable, LosesNoRowThatOthersWriteMeanwhile) {
  LakeForTest lake;
  engine::Session second(lake.database());
  lake.Query("CREATE TABLE bronze.t (k INTEGER, p INTEGER)");
  lake.Query("INSERT INTO bronze.t SELECT range, range % 2 FROM range(1000)");
  std::thread other([&] {
    for (int i = 0; i < 20; ++i) {
      second.Run("INSERT INTO bronze.t VALUES (" + std::to_string(1000 + i) + ", 0)");
      second.Run("UPDATE bronze.t SET k = -k WHERE k = " + std::to_string(i));
    }
  });
  for (const char* change : {"SET PARTITIONED BY (p)", "RESET PARTITIONED BY"}) {
    try {
      lake.Query(std::string("ALTER TABLE bronze.t ") + change);
    } catch (const base::Error& error) {
      // The others may be faster each time.
      EXPECT_EQ(error.kind(), base::ErrorKind::kConflict) << error.sentence();
    }
  }
  other.join();
  const std::string rows = lake.Query("SELECT count(*), sum(abs(k)), min(k) FROM bronze.t");
  EXPECT_EQ(rows, "1020|519690|-19");
  lake.Query("ALTER TABLE bronze.t RESET PARTITIONED BY");
  lake.Query("ALTER TABLE bronze.t SET PARTITIONED BY (p)");
  EXPECT_EQ(lake.Query("SELECT count(*), sum(abs(k)), min(k) FROM bronze.t"), rows);
  EXPECT_EQ(lake.Query("SELECT count(DISTINCT _file) FROM bronze.t"), "2");
}

}  // namespace
}  // namespace laguna::catalog
