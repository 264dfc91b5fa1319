// SPDX-License-Identifier: Apache-2.0
#include "state/control_state.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "base/error.h"
#include "io/file_error.h"
#include "state/control_state_database.h"

namespace laguna::state {
namespace {

std::string DatabasePathIn(const std::string& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw io::FileError(failure.value(), "make the folder", folder);
  return folder + "/state.db";
}

void InsertChange(Connection& connection, const StateChange& change) {
  Statement(connection,
            "INSERT INTO state_changes (run_id, task, attempt, type, name, message, at_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .Bind(change.run_id)
      .Bind(change.task)
      .Bind(change.attempt)
      .Bind(NameOf(change.state.type))
      .Bind(change.state.name)
      .Bind(change.state.message)
      .Bind(change.at_ms)
      .Run();
}

bool HasRunOf(Connection& connection, const RunRecord& run) {
  if (!run.trigger.due_ms) return false;
  Statement found(connection, "SELECT 1 FROM runs WHERE flow = ? AND trigger = ? AND due_ms = ?");
  return found.Bind(run.flow).Bind(run.trigger.name).Bind(run.trigger.due_ms).Step();
}

void InsertRun(Connection& connection, const RunRecord& run) {
  Statement(connection,
            "INSERT INTO runs (id, flow, parameters, type, name, message, created_ms, started_ms, "
            "ended_ms, host, heartbeat_ms, trigger, due_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Bind(run.id)
      .Bind(run.flow)
      .Bind(run.parameters)
      .Bind(NameOf(run.state.type))
      .Bind(run.state.name)
      .Bind(run.state.message)
      .Bind(run.created_ms)
      .Bind(run.started_ms)
      .Bind(run.ended_ms)
      .Bind(run.host)
      .Bind(run.heartbeat_ms)
      .Bind(run.trigger.name)
      .Bind(run.trigger.due_ms)
      .Run();
}

bool UpdateRunState(Connection& connection, const std::string& run_id, const RunState& state,
                    int64_t now_ms) {
  const bool running = state.type == StateType::kRunning;
  const auto ended = IsTerminal(state.type) ? std::optional(now_ms) : std::nullopt;
  Statement(connection,
            "UPDATE runs SET type = ?1, name = ?2, message = ?3, "
            "started_ms = coalesce(started_ms, ?4), ended_ms = ?5 "
            "WHERE id = ?6 AND ended_ms IS NULL")
      .Bind(NameOf(state.type))
      .Bind(state.name)
      .Bind(state.message)
      .Bind(running ? std::optional(now_ms) : std::nullopt)
      .Bind(ended)
      .Bind(run_id)
      .Run();
  if (connection.changes() == 0) return false;
  InsertChange(connection, {run_id, "", 0, state, now_ms});
  return true;
}

// A record that says nothing new leaves no trace in the history.
bool IsKnown(Connection& connection, const TaskRunRecord& task_run) {
  Statement known(connection,
                  "SELECT type, name, message FROM task_runs WHERE run_id = ? AND task = ? AND "
                  "attempt = ?");
  known.Bind(task_run.run_id).Bind(task_run.task).Bind(task_run.attempt);
  return known.Step() && known.Text(0) == NameOf(task_run.state.type) &&
         known.Text(1) == task_run.state.name && known.Text(2) == task_run.state.message;
}

void UpsertTaskRun(Connection& connection, const TaskRunRecord& task_run, int64_t now_ms) {
  if (!IsKnown(connection, task_run)) {
    InsertChange(connection,
                 {task_run.run_id, task_run.task, task_run.attempt, task_run.state, now_ms});
  }
  if (task_run.attempt > 0) {
    Statement(connection, "DELETE FROM task_runs WHERE run_id = ? AND task = ? AND attempt = 0")
        .Bind(task_run.run_id)
        .Bind(task_run.task)
        .Run();
  }
  Statement(connection,
            "INSERT OR REPLACE INTO task_runs (run_id, task, attempt, type, name, message, "
            "started_ms, ended_ms, outputs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Bind(task_run.run_id)
      .Bind(task_run.task)
      .Bind(task_run.attempt)
      .Bind(NameOf(task_run.state.type))
      .Bind(task_run.state.name)
      .Bind(task_run.state.message)
      .Bind(task_run.started_ms)
      .Bind(task_run.ended_ms)
      .Bind(task_run.outputs)
      .Run();
}

std::vector<std::string> RunsInTheWay(Connection& connection, const std::string& run_id) {
  Statement others(connection,
                   "SELECT id FROM runs WHERE flow = (SELECT flow FROM runs WHERE id = ?1) AND "
                   "ended_ms IS NULL AND type IN ('RUNNING', 'CANCELLING') AND id <> ?1 "
                   "ORDER BY created_ms, id");
  others.Bind(run_id);
  std::vector<std::string> ids;
  while (others.Step()) ids.push_back(others.Text(0));
  return ids;
}

bool HasHeartbeat(Connection& connection, const std::string& run_id, int64_t heartbeat_ms) {
  Statement found(connection,
                  "SELECT 1 FROM runs WHERE id = ? AND heartbeat_ms = ? AND ended_ms IS NULL");
  return found.Bind(run_id).Bind(heartbeat_ms).Step();
}

void CrashTaskRuns(Connection& connection, const std::string& run_id, const RunState& crashed,
                   int64_t now_ms) {
  Statement open(connection,
                 "SELECT task, attempt, started_ms, outputs FROM task_runs "
                 "WHERE run_id = ? AND ended_ms IS NULL");
  open.Bind(run_id);
  std::vector<TaskRunRecord> task_runs;
  while (open.Step()) {
    task_runs.push_back({run_id, open.Text(0), static_cast<int>(open.Integer(1)), crashed,
                         open.OptionalInteger(2), now_ms, open.Text(3)});
  }
  for (const TaskRunRecord& task_run : task_runs) UpsertTaskRun(connection, task_run, now_ms);
}

}  // namespace

ControlState::ControlState(const std::string& folder)
    : folder_(folder), database_(std::make_unique<Database>(DatabasePathIn(folder))) {}

ControlState::~ControlState() = default;

bool ControlState::writable() const {
  return database_->writer.there();
}

bool ControlState::AddRun(const RunRecord& run) {
  bool added = false;
  database_->writer.Write([&](Connection& connection) {
    added = !HasRunOf(connection, run);
    if (!added) return;
    InsertRun(connection, run);
    InsertChange(connection, {run.id, "", 0, run.state, run.created_ms});
  });
  return added;
}

bool ControlState::SetRunState(const std::string& run_id, const RunState& state, int64_t now_ms) {
  bool changed = false;
  database_->writer.Write(
      [&](Connection& connection) { changed = UpdateRunState(connection, run_id, state, now_ms); });
  return changed;
}

void ControlState::PutTaskRuns(const std::vector<TaskRunRecord>& task_runs, int64_t now_ms) {
  database_->writer.Write([&](Connection& connection) {
    for (const TaskRunRecord& task_run : task_runs) UpsertTaskRun(connection, task_run, now_ms);
  });
}

bool ControlState::RenewHeartbeat(const std::string& run_id, int64_t now_ms) {
  bool going = false;
  database_->writer.Write([&](Connection& connection) {
    Statement(connection, "UPDATE runs SET heartbeat_ms = ? WHERE id = ? AND ended_ms IS NULL")
        .Bind(now_ms)
        .Bind(run_id)
        .Run();
    going = connection.changes() > 0;
  });
  return going;
}

std::vector<std::string> ControlState::TryStartRun(const std::string& run_id, int limit,
                                                   int64_t now_ms) {
  std::vector<std::string> in_the_way;
  database_->writer.Write([&](Connection& connection) {
    in_the_way = RunsInTheWay(connection, run_id);
    if (in_the_way.size() >= static_cast<size_t>(limit)) return;
    in_the_way.clear();
    const RunState running{StateType::kRunning, std::string(state_name::kRunning), ""};
    UpdateRunState(connection, run_id, running, now_ms);
  });
  return in_the_way;
}

bool ControlState::MarkCrashed(const std::string& run_id, int64_t seen_heartbeat_ms,
                               const std::string& message, int64_t now_ms) {
  bool marked = false;
  database_->writer.Write([&](Connection& connection) {
    marked = HasHeartbeat(connection, run_id, seen_heartbeat_ms);
    if (!marked) return;
    const RunState crashed{StateType::kCrashed, std::string(state_name::kCrashed), message};
    CrashTaskRuns(connection, run_id, crashed, now_ms);
    UpdateRunState(connection, run_id, crashed, now_ms);
  });
  return marked;
}

void ControlState::PutExpectationCounts(const std::vector<ExpectationCount>& counts,
                                        int64_t now_ms) {
  if (counts.empty()) return;
  database_->writer.Write([&](Connection& connection) {
    for (const ExpectationCount& count : counts) {
      Statement(connection,
                "INSERT OR REPLACE INTO expectation_counts (table_name, stream_id, batch, name, "
                "pipeline, passed, failed, recorded_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
          .Bind(count.table)
          .Bind(count.stream_id)
          .Bind(count.batch)
          .Bind(count.name)
          .Bind(count.pipeline)
          .Bind(count.passed)
          .Bind(count.failed)
          .Bind(now_ms)
          .Run();
    }
  });
}

void ControlState::KeepExpectationCounts(const std::string& table,
                                         const std::vector<std::string>& stream_ids) {
  std::set<std::string> known;
  for (const ExpectationCount& count : ExpectationCounts(table)) known.insert(count.stream_id);
  for (const std::string& stream_id : stream_ids) known.erase(stream_id);
  if (known.empty()) return;
  database_->writer.Write([&](Connection& connection) {
    for (const std::string& stream_id : known) {
      Statement(connection, "DELETE FROM expectation_counts WHERE table_name = ? AND stream_id = ?")
          .Bind(table)
          .Bind(stream_id)
          .Run();
    }
  });
}

void ControlState::ForgetExpectationCounts(const std::string& table, const std::string& stream_id,
                                           int64_t batch_from) {
  database_->writer.Write([&](Connection& connection) {
    Statement(
        connection,
        "DELETE FROM expectation_counts WHERE table_name = ? AND stream_id = ? AND batch >= ?")
        .Bind(table)
        .Bind(stream_id)
        .Bind(batch_from)
        .Run();
  });
}

}  // namespace laguna::state
