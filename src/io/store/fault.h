// SPDX-License-Identifier: Apache-2.0
// An object store that goes wrong on command, around another that does the work; and a trace of
// every operation, so that a test can enumerate the points at which to fail.
//
// A FaultPlan is a list of faults, each "operation:key part:when:action:nth", separated by ';':
//
//   put_if_absent:_delta_log:after:kill:1       kill the process after the first such call
//   finish:.parquet:before:error=Exhausted:3    throw at the third
//   put_if_absent::after:lose:1                 do it, then say that the outcome is unknown
//   list::before:delay=250ms:2                  wait, then go on
//   put_if_absent:_delta_log:before:stop:1      stop the process (SIGSTOP) until it gets SIGCONT
//
// Operations are head, open, read_at, write, append, finish, sync, put, put_if_absent, list,
// delete_many, move_folder, or * for any. A key part matches any key that contains it; empty
// matches all. `when` is before or after the real operation; `lose` before means that the request
// never arrived. nth counts matching calls from 1 in each fault by itself.
//
// Thread-safe. The wrapped store must outlive it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "io/object_store.h"

namespace laguna::io {

enum class StoreOperation {
  kHead,
  kOpen,
  kReadAt,
  kWrite,
  kAppend,
  kFinish,
  kSync,
  kPut,
  kPutIfAbsent,
  kList,
  kDeleteMany,
  kMoveFolder,
};
// The spelling in a fault plan.
std::string_view NameOf(StoreOperation operation);

enum class FaultAction { kKill, kStop, kThrow, kLose, kDelay };

struct Fault {
  // Nothing for any.
  std::optional<StoreOperation> operation;
  std::string key_part;
  bool after = false;
  FaultAction action = FaultAction::kThrow;
  base::ErrorKind error_kind = base::ErrorKind::kUnavailable;
  std::chrono::milliseconds delay{0};
  uint64_t nth = 1;
};

using FaultPlan = std::vector<Fault>;

// InvalidInput for a spec that does not say what is meant above.
FaultPlan ParseFaultPlan(std::string_view spec);

struct TracedOperation {
  StoreOperation operation;
  // Of operations on many keys the first; of a move the source.
  std::string key;
};

class FaultObjectStore final : public ObjectStore {
 public:
  explicit FaultObjectStore(ObjectStore& store, FaultPlan plan = {});

  // Every operation so far, in the order it began; at most the first kTraceMax.
  std::vector<TracedOperation> Trace() const;
  static constexpr size_t kTraceMax = 100'000;

  [[nodiscard]] std::string Locate(std::string_view key) const override;
  std::optional<ObjectInfo> Head(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectReader> Open(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectWriter> Write(const std::string& key, const Call& call = {}) override;
  void Sync(std::span<const std::string> keys, const Call& call = {}) override;
  void Put(const std::string& key, std::string_view bytes, const Call& call = {}) override;
  PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                         const Call& call = {}) override;
  ListPage List(const std::string& prefix, const ListOptions& options = {},
                const Call& call = {}) override;
  void DeleteMany(std::span<const std::string> keys, const Call& call = {}) override;
  void MoveFolder(const std::string& from, const std::string& to, const Call& call = {}) override;

 private:
  friend class FaultReader;
  friend class FaultWriter;

  // The faults one operation meets.
  struct Fate {
    std::vector<Fault> before;
    std::vector<Fault> after;
  };

  // Counts and traces the operation.
  Fate Meet(StoreOperation operation, const std::string& key);
  // Runs `work` with what fate holds around it.
  template <typename Work>
  auto Around(StoreOperation operation, const std::string& key, const Work& work);
  void Suffer(const Fault& fault, const std::string& key) const;

  ObjectStore& store_;
  const FaultPlan plan_;
  mutable std::mutex mutex_;
  std::vector<uint64_t> seen_;
  std::vector<TracedOperation> trace_;
};

}  // namespace laguna::io
