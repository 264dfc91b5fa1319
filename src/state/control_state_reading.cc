// SPDX-License-Identifier: Apache-2.0
// The reading half of ControlState.
#include <fmt/format.h>

#include "base/error.h"
#include "state/control_state.h"
#include "state/control_state_database.h"

namespace laguna::state {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kRunColumns =
    "id, flow, parameters, type, name, message, created_ms, started_ms, ended_ms, host, "
    "heartbeat_ms, trigger, due_ms";

// From three columns that begin at `column`.
RunState StateFrom(const Statement& row, int column) {
  const auto type = StateTypeNamed(row.Text(column));
  if (!type) {
    throw Error(
        ErrorKind::kCorrupt, "state.unknown_type",
        fmt::format("The control state holds the unknown state type '{}'.", row.Text(column)));
  }
  return {*type, row.Text(column + 1), row.Text(column + 2)};
}

RunRecord RunFrom(const Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Text(2),
          StateFrom(row, 3),
          row.Integer(6),
          row.OptionalInteger(7),
          row.OptionalInteger(8),
          row.Text(9),
          row.Integer(10),
          {row.Text(11), row.OptionalInteger(12)}};
}

std::vector<RunRecord> RunsFrom(Statement& rows) {
  std::vector<RunRecord> runs;
  while (rows.Step()) runs.push_back(RunFrom(rows));
  return runs;
}

// The prefix as a literal for GLOB: ids hold no special letters, what a user types may.
bool IsIdPrefix(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

}  // namespace

std::vector<RunRecord> ControlState::Runs(const RunFilter& filter) const {
  std::vector<RunRecord> runs;
  database_->readers.Read([&](Connection& connection) {
    Statement rows(connection,
                   fmt::format("SELECT {} FROM runs WHERE (?1 = '' OR flow = ?1) AND (?2 = '' OR "
                               "type = ?2) ORDER BY created_ms DESC, id LIMIT ?3",
                               kRunColumns));
    rows.Bind(filter.flow.value_or(""))
        .Bind(filter.type ? NameOf(*filter.type) : "")
        .Bind(static_cast<int64_t>(filter.count_max));
    runs = RunsFrom(rows);
  });
  return runs;
}

std::vector<RunRecord> ControlState::UnfinishedRuns() const {
  std::vector<RunRecord> runs;
  database_->readers.Read([&](Connection& connection) {
    Statement rows(connection, fmt::format("SELECT {} FROM runs WHERE ended_ms IS NULL "
                                           "ORDER BY created_ms, id",
                                           kRunColumns));
    runs = RunsFrom(rows);
  });
  return runs;
}

std::optional<int64_t> ControlState::LastDueMs(const std::string& flow,
                                               const std::string& trigger) const {
  std::optional<int64_t> last;
  database_->readers.Read([&](Connection& connection) {
    Statement row(connection, "SELECT max(due_ms) FROM runs WHERE flow = ? AND trigger = ?");
    row.Bind(flow).Bind(trigger).Step();
    last = row.OptionalInteger(0);
  });
  return last;
}

RunRecord ControlState::FindRun(std::string_view id_prefix) const {
  std::vector<RunRecord> runs;
  if (IsIdPrefix(id_prefix)) {
    database_->readers.Read([&](Connection& connection) {
      Statement rows(connection, fmt::format("SELECT {} FROM runs WHERE id GLOB ? || '*' LIMIT 2",
                                             kRunColumns));
      rows.Bind(id_prefix);
      runs = RunsFrom(rows);
    });
  }
  if (runs.size() == 1) return std::move(runs[0]);
  if (runs.empty()) {
    throw Error(ErrorKind::kNotFound, "run.unknown",
                fmt::format("There is no run whose id begins with '{}'.", id_prefix))
        .Hint("'laguna runs' lists them.");
  }
  throw Error(ErrorKind::kInvalidInput, "run.ambiguous",
              fmt::format("More than one run's id begins with '{}'.", id_prefix))
      .Hint("Give more letters of it; 'laguna runs' lists them.");
}

std::vector<TaskRunRecord> ControlState::TaskRuns(const std::string& run_id) const {
  std::vector<TaskRunRecord> task_runs;
  database_->readers.Read([&](Connection& connection) {
    task_runs.clear();
    Statement rows(connection,
                   "SELECT task, attempt, type, name, message, started_ms, ended_ms, outputs FROM "
                   "task_runs WHERE run_id = ? ORDER BY task, attempt");
    rows.Bind(run_id);
    while (rows.Step()) {
      task_runs.push_back({run_id, rows.Text(0), static_cast<int>(rows.Integer(1)),
                           StateFrom(rows, 2), rows.OptionalInteger(5), rows.OptionalInteger(6),
                           rows.Text(7)});
    }
  });
  return task_runs;
}

std::vector<StateChange> ControlState::History(const std::string& run_id) const {
  std::vector<StateChange> history;
  database_->readers.Read([&](Connection& connection) {
    history.clear();
    Statement rows(connection,
                   "SELECT task, attempt, type, name, message, at_ms FROM state_changes "
                   "WHERE run_id = ? ORDER BY id");
    rows.Bind(run_id);
    while (rows.Step()) {
      history.push_back({run_id, rows.Text(0), static_cast<int>(rows.Integer(1)),
                         StateFrom(rows, 2), rows.Integer(5)});
    }
  });
  return history;
}

std::vector<ExpectationCount> ControlState::ExpectationCounts(
    const std::optional<std::string>& table) const {
  std::vector<ExpectationCount> counts;
  database_->readers.Read([&](Connection& connection) {
    counts.clear();
    Statement rows(
        connection,
        "SELECT pipeline, table_name, stream_id, batch, name, passed, failed, recorded_ms "
        "FROM expectation_counts WHERE (?1 = '' OR table_name = ?1) "
        "ORDER BY table_name, stream_id, batch, name");
    rows.Bind(table.value_or(""));
    while (rows.Step()) {
      counts.push_back({rows.Text(0), rows.Text(1), rows.Text(2), rows.Integer(3), rows.Text(4),
                        rows.Integer(5), rows.Integer(6), rows.Integer(7)});
    }
  });
  return counts;
}

}  // namespace laguna::state
