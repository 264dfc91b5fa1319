// SPDX-License-Identifier: Apache-2.0
// A query on a table that is told by a damaged checkpoint alone: its commits are gone.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/error.h"
#include "engine/session.h"
#include "fuzz/fuzzed_lake.h"
#include "fuzz/fuzzing.h"

namespace laguna::test {
namespace {

namespace fs = std::filesystem;

// A lake with bronze.t, which has a checkpoint at version 1 and a file in each of two partitions.
class CheckpointedTable {
 public:
  CheckpointedTable() {
    engine::Session session(lake_.database());
    session.Run(
        "CREATE TABLE bronze.t (id BIGINT, place VARCHAR, d DECIMAL(10,2)) PARTITIONED BY (place) "
        "WITH ('delta.checkpointInterval' = '1')");
    session.Run("INSERT INTO bronze.t VALUES (1, 'here', 1.5), (2, 'over there', NULL)");
    log_ = fs::path(lake_.storage_root()) / "bronze" / "t" / "_delta_log";
    std::ostringstream bytes;
    bytes << std::ifstream(Checkpoint(), std::ios::binary).rdbuf();
    good_ = bytes.str();
    for (const char* gone : {"00000000000000000000.json", "00000000000000000001.json",
                             "00000000000000000000.crc", "00000000000000000001.crc"}) {
      fs::remove(log_ / gone);
    }
  }

  [[nodiscard]] const std::string& good() const { return good_; }

  // Reads the table with `bytes` as its checkpoint.
  void Read(const std::string& bytes) {
    std::ofstream(Checkpoint(), std::ios::binary | std::ios::trunc) << bytes;
    engine::Session session(lake_.database());
    session.Run("SELECT count(*), min(place) FROM delta_scan('bronze/t')");
  }

 private:
  [[nodiscard]] fs::path Checkpoint() const {
    return log_ / "00000000000000000001.checkpoint.parquet";
  }

  FuzzedLake lake_;
  fs::path log_;
  std::string good_;
};

TEST(Fuzz, TablesByCheckpoint) {
  CheckpointedTable table;
  ASSERT_FALSE(table.good().empty());
  Fuzz({.name = "table",
        .seeds = {table.good()},
        .words = {std::string(8, '\0'), "PAR1", "\xff\xff\xff\x7f"},
        .parse = [&](const std::string& bytes) { table.Read(bytes); },
        .inputs = 1'000});
}

}  // namespace
}  // namespace laguna::test
