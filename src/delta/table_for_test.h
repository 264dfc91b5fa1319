// SPDX-License-Identifier: Apache-2.0
// What the tests of delta share: a table in memory, a clock that a test moves, small actions.
#pragma once

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delta/codec/action_json.h"
#include "delta/log_path.h"
#include "delta/table.h"
#include "delta/transaction.h"
#include "io/store/memory.h"

namespace laguna::delta {

class TestClock final : public base::Clock {
 public:
  [[nodiscard]] int64_t NowMs() const override { return now_ms_.fetch_add(1); }
  void SleepFor(std::chrono::milliseconds duration) const override { now_ms_ += duration.count(); }
  void Set(int64_t now_ms) { now_ms_ = now_ms; }

 private:
  mutable std::atomic<int64_t> now_ms_{1'700'000'000'000};
};

inline Schema OneColumn() {
  return Schema{{StructField{"id", Primitive::kLong, true, {}}}};
}

inline Metadata SimpleMetadata() {
  Metadata metadata;
  metadata.schema = OneColumn();
  return metadata;
}

inline AddFile FileNamed(const std::string& path) {
  AddFile file;
  file.path = path;
  file.size_bytes = 10;
  file.modification_time_ms = 5;
  file.statistics_json = R"({"numRecords":1})";
  return file;
}

inline std::vector<std::string> Paths(const FileTable& files) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < files.size(); ++i) paths.emplace_back(files.at(i).path());
  return paths;
}

// A store in memory with one table in it, and what is needed to write to it.
struct TestLake {
  TestClock clock;
  base::SeededRandom random{7};
  io::MemoryObjectStore store{clock};
  Table table{store, "bronze/t", clock};

  SnapshotPtr Create(Metadata metadata = SimpleMetadata()) {
    Transaction transaction(table, std::move(metadata), clock, random);
    transaction.SetOperation({"CREATE TABLE", {}, {}});
    return std::get<Committed>(transaction.Commit()).snapshot;
  }
  SnapshotPtr Append(const std::string& path) {
    Transaction transaction(table, table.Latest(), clock, random);
    transaction.Append(FileNamed(path));
    return std::get<Committed>(transaction.Commit()).snapshot;
  }
  // As another writer would: straight into the log.
  void PutCommit(int64_t version, const std::vector<Action>& actions) {
    store.Put(CommitKey("bronze/t", version), WriteCommit(actions));
  }
  void PutText(int64_t version, const std::string& text) {
    store.Put(CommitKey("bronze/t", version), text);
  }
};

}  // namespace laguna::delta
