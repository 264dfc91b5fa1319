// SPDX-License-Identifier: Apache-2.0
#include "engine/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "engine/session.h"
#include "engine/system_table.h"
#include "io/temporary_folder.h"

namespace laguna::engine {
namespace {

class HoldsMemoryOnly : public testing::Test {
 protected:
  HoldsMemoryOnly() {
    DatabaseConfig config;
    config.temp_directory = spills_;
    config.memory_limit_bytes = uint64_t{32} << 20;
    config.threads = 1;
    // As the lake is.
    config.setups = {AddSystemTables({})};
    database_ = std::make_unique<Database>(std::move(config));
  }

  void Run(const std::string& sql) { Session(*database_).Run(sql).Drain(); }

  const io::TemporaryFolder folder_{"database"};
  const std::string spills_ = folder_.path() + "/spills";
  std::unique_ptr<Database> database_;
};

TEST_F(HoldsMemoryOnly, WhateverRanInMemory) {
  EXPECT_TRUE(database_->HoldsMemoryOnly());
  Run("CREATE TABLE t AS FROM range(1000); ATTACH ':memory:' AS other; DETACH other");
  EXPECT_TRUE(database_->HoldsMemoryOnly());
}

TEST_F(HoldsMemoryOnly, NotWhileASessionLives) {
  {
    const Session session(*database_);
    EXPECT_FALSE(database_->HoldsMemoryOnly());
  }
  EXPECT_TRUE(database_->HoldsMemoryOnly());
}

TEST_F(HoldsMemoryOnly, NotWithAFileThatWasAttached) {
  // In the place of one of ours: neither the number of databases nor their names tell.
  Run("DETACH laguna; ATTACH '" + folder_.path() + "/file.duckdb' AS laguna");
  EXPECT_FALSE(database_->HoldsMemoryOnly());
}

TEST_F(HoldsMemoryOnly, NotAfterSpilling) {
  Run("CREATE TABLE t AS SELECT hash(range) AS a, hash(range + 1) AS b FROM range(4000000)");
  ASSERT_TRUE(std::filesystem::exists(spills_)) << "the test does not spill";
  Run("DROP TABLE t");
  EXPECT_FALSE(database_->HoldsMemoryOnly());
}

}  // namespace
}  // namespace laguna::engine
