// SPDX-License-Identifier: Apache-2.0
// The bytes of checkpoints, as the only thing that leads to a table: the engine's Parquet reader,
// our way from its vectors into the file table, and the use of what came out.
#include <gtest/gtest.h>

#include <string>

#include "base/clock.h"
#include "catalog/log/parquet_port.h"
#include "delta/data_path.h"
#include "delta/log_path.h"
#include "delta/log_reader.h"
#include "delta/snapshot.h"
#include "duckdb/main/database.hpp"
#include "engine/database.h"
#include "engine/instance.h"
#include "engine/store_file_system.h"
#include "fuzz/fuzzing.h"
#include "io/store/memory.h"

namespace laguna::test {
namespace {

// Bytes stand for the checkpoint and for the sidecar it may name.
class CheckpointReader {
 public:
  CheckpointReader() : store_(clock_, "/fuzz/"), database_(Config()) {}

  delta::SnapshotPtr Read(const std::string& bytes) {
    store_.Put(delta::LogFolder("t") + "00000000000000000001.checkpoint.parquet", bytes);
    store_.Put(delta::LogFolder("t") + "_sidecars/s.parquet", bytes);
    // An internal error of the engine ends its instance, not the next read.
    const auto instance = database_.Acquire();
    catalog::DuckdbParquetPort port(*instance->duckdb().instance);
    return delta::LogReader(store_, "t", &port).Load({}, {});
  }

 private:
  engine::DatabaseConfig Config() {
    engine::DatabaseConfig config;
    config.threads = 2;
    config.memory_limit_bytes = uint64_t{1} << 30;
    config.setups = {engine::MountStores({{"/fuzz", store_}},
                                         [](std::string_view path) { return std::string(path); })};
    return config;
  }

  base::SystemClock clock_;
  io::MemoryObjectStore store_;
  engine::Database database_;
};

// What scans ask of files.
void Use(const delta::Snapshot& snapshot) {
  for (size_t i = 0; i < snapshot.files().size(); ++i) {
    const delta::FileView file = snapshot.files().at(i);
    static_cast<void>(delta::DecodeDataPath(file.path()));
    static_cast<void>(file.Statistics(snapshot.schema()));
    EXPECT_EQ(file.ToAddFile().path, file.path());
  }
}

TEST(FuzzDelta, Checkpoints) {
  CheckpointReader reader;
  Fuzz({.name = "checkpoint",
        .seeds = {},
        .words = {std::string(8, '\0'), "PAR1", "\xff\xff\xff\x7f"},
        .parse =
            [&](const std::string& bytes) {
              if (const auto snapshot = reader.Read(bytes)) Use(*snapshot);
            },
        .inputs = 1'000});
}

}  // namespace
}  // namespace laguna::test
