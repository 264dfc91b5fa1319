// SPDX-License-Identifier: Apache-2.0
// What Laguna remembers about its own work: runs, task runs, how they changed, what expectations
// counted. Records come and go as values; no SQL leaves this module.
//
// One SQLite file, <lake>/.laguna/state.db, which any number of processes share: each has one
// writer thread and read-only connections (DESIGN "Control state"). Owned by app/compose. Every
// method may be called from any thread; writes return once they are on disk. Errors: Unavailable
// (another process holds the file for a minute), Exhausted (disk full), PermissionDenied, Corrupt,
// Unsupported (a newer program wrote the file).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/run_state.h"

namespace laguna::state {

// What started a run by itself.
struct RunTrigger {
  // "0 1 * * * UTC"; empty for a run that somebody started by hand.
  std::string name = {};
  // When the run should start.
  std::optional<int64_t> due_ms = {};
};

struct RunRecord {
  std::string id;
  std::string flow;
  // A JSON object.
  std::string parameters = "{}";
  RunState state = {};
  int64_t created_ms = 0;
  std::optional<int64_t> started_ms = {};
  std::optional<int64_t> ended_ms = {};
  // Where it runs, and when it last said so.
  std::string host = {};
  int64_t heartbeat_ms = 0;
  RunTrigger trigger = {};
};

// One attempt of a task; attempt 0 is a task that has not started yet.
struct TaskRunRecord {
  std::string run_id;
  std::string task;
  int attempt = 0;
  RunState state = {};
  std::optional<int64_t> started_ms = {};
  std::optional<int64_t> ended_ms = {};
  // A JSON object.
  std::string outputs = "{}";
};

struct StateChange {
  std::string run_id;
  // Empty for the run itself.
  std::string task;
  int attempt = 0;
  RunState state = {};
  int64_t at_ms = 0;
};

struct ExpectationCount {
  std::string pipeline;
  // "silver.sales".
  std::string table;
  std::string stream_id;
  int64_t batch = 0;
  std::string name;
  int64_t passed = 0;
  int64_t failed = 0;
  // Set by reading: when the batch was counted.
  int64_t counted_ms = 0;
};

struct RunFilter {
  std::optional<std::string> flow = {};
  std::optional<StateType> type = {};
  size_t count_max = 100;
};

class ControlState {
 public:
  // Opens <folder>/state.db; makes folder, file and schema if need be. Where nothing may be
  // written, a file that is there is opened for reading.
  explicit ControlState(const std::string& folder);
  ~ControlState();
  ControlState(const ControlState&) = delete;
  ControlState& operator=(const ControlState&) = delete;

  // The folder it was opened with, where logs and locks of runs lie too.
  [[nodiscard]] const std::string& folder() const { return folder_; }

  // False where the file can be read only; then every write throws.
  [[nodiscard]] bool writable() const;

  // A run that is new. Its state becomes the first entry of its history. False, and nothing is
  // added, when its trigger has started a run of the flow for that time already.
  bool AddRun(const RunRecord& run);
  // A new state, with the times that follow from its type: the first RUNNING is the start, a
  // terminal one the end. False, and nothing changes, when the run has ended already: somebody else
  // took it for lost.
  bool SetRunState(const std::string& run_id, const RunState& state, int64_t now_ms);
  // Adds the attempts or replaces what is known of them, in this order and all at once. A record of
  // attempt 0 goes when attempt 1 comes.
  void PutTaskRuns(const std::vector<TaskRunRecord>& task_runs, int64_t now_ms);
  // Whether the run is still going as far as anybody knows; false when it has ended.
  bool RenewHeartbeat(const std::string& run_id, int64_t now_ms);

  // Lets the run start when fewer than `limit` other runs of its flow are RUNNING or CANCELLING:
  // sets it RUNNING and returns nothing. Else the ids of those that are in its way.
  std::vector<std::string> TryStartRun(const std::string& run_id, int limit, int64_t now_ms);

  // Ends a run that nobody works on any more: it and its unfinished task runs become CRASHED. False
  // when it has ended meanwhile, or its heartbeat is not `seen_heartbeat_ms` any more.
  bool MarkCrashed(const std::string& run_id, int64_t seen_heartbeat_ms, const std::string& message,
                   int64_t now_ms);

  // Newest first.
  [[nodiscard]] std::vector<RunRecord> Runs(const RunFilter& filter = {}) const;
  [[nodiscard]] std::vector<RunRecord> UnfinishedRuns() const;
  // For when the trigger started a run of the flow last; nothing if it never did.
  [[nodiscard]] std::optional<int64_t> LastDueMs(const std::string& flow,
                                                 const std::string& trigger) const;
  // By the id or the first letters of it. NotFound "run.unknown", InvalidInput "run.ambiguous".
  [[nodiscard]] RunRecord FindRun(std::string_view id_prefix) const;
  // By task, then attempt.
  [[nodiscard]] std::vector<TaskRunRecord> TaskRuns(const std::string& run_id) const;
  // As it happened.
  [[nodiscard]] std::vector<StateChange> History(const std::string& run_id) const;

  // A batch that is counted again replaces its counts: never added twice.
  void PutExpectationCounts(const std::vector<ExpectationCount>& counts, int64_t now_ms);
  // Takes away what was counted for the table in streams other than these: batches that never came
  // to their commit.
  void KeepExpectationCounts(const std::string& table, const std::vector<std::string>& stream_ids);
  // Takes away what was counted for batches of the stream from this one on: none of them came to
  // its commit, and what they read may be in another batch now.
  void ForgetExpectationCounts(const std::string& table, const std::string& stream_id,
                               int64_t batch_from);
  // Of one table, or of all; by table, stream, batch, name.
  [[nodiscard]] std::vector<ExpectationCount> ExpectationCounts(
      const std::optional<std::string>& table = std::nullopt) const;

 private:
  struct Database;

  const std::string folder_;
  std::unique_ptr<Database> database_;
};

}  // namespace laguna::state
