// SPDX-License-Identifier: Apache-2.0
#include "pipeline/refresh_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace laguna::pipeline {
namespace {

using base::Error;

// "1 row", "12,345 rows".
std::string Counted(int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", fmt::group_digits(number), number == 1 ? one : many);
}

// ", 1 changed file not read again"; empty without any.
std::string Unread(const TableReport& report) {
  if (report.files_changed == 0) return "";
  return fmt::format(", {} not read again",
                     Counted(report.files_changed, "changed file", "changed files"));
}

std::string Written(const TableReport& report) {
  std::string text = Counted(report.rows_written, "row", "rows");
  if (report.batches > 1)
    text += fmt::format(" in {}", Counted(report.batches, "batch", "batches"));
  const std::pair<int64_t, std::string_view> losses[] = {
      {report.rows_dropped, "dropped"},
      {report.rows_quarantined, "quarantined"},
      {report.rows_failed_to_parse, "not parsed"},
  };
  for (const auto& [rows, what] : losses) {
    if (rows > 0) text += fmt::format(", {} {}", fmt::group_digits(rows), what);
  }
  return text;
}

std::string_view Consequence(ingest::OnViolation on_violation) {
  switch (on_violation) {
    case ingest::OnViolation::kKeep:
      return "kept";
    case ingest::OnViolation::kDropRow:
      return "dropped";
    case ingest::OnViolation::kQuarantine:
      return "quarantined";
    case ingest::OnViolation::kFail:
      return "nothing written";
  }
  return "";
}

}  // namespace

std::string_view NameOf(RefreshState state) {
  switch (state) {
    case RefreshState::kUpdated:
      return "updated";
    case RefreshState::kUnchanged:
      return "unchanged";
    case RefreshState::kWaiting:
      return "waiting";
    case RefreshState::kFailed:
      return "failed";
    case RefreshState::kSkipped:
      return "skipped";
    case RefreshState::kCancelled:
      return "cancelled";
  }
  return "";
}

bool RunReport::failed() const {
  return !errors.empty() || std::any_of(tables.begin(), tables.end(), [](const TableReport& table) {
    return table.state == RefreshState::kFailed;
  });
}

std::optional<Error> RunReport::FirstError() const {
  if (!errors.empty()) {
    Error error = errors.front();
    if (errors.size() == 1) return error;
    return std::move(error).Within(
        fmt::format("{} mistakes in the pipeline, the first one", errors.size()));
  }
  for (const TableReport& table : tables) {
    if (table.error) return Error(*table.error).Within(table.table);
  }
  return std::nullopt;
}

std::string DetailOf(const TableReport& report) {
  switch (report.state) {
    case RefreshState::kUpdated:
      return Written(report) + Unread(report);
    case RefreshState::kUnchanged:
      return "nothing new" + Unread(report);
    case RefreshState::kWaiting:
    case RefreshState::kFailed:
    case RefreshState::kSkipped:
    case RefreshState::kCancelled:
      return report.reason.empty() ? std::string(NameOf(report.state))
                                   : fmt::format("{}: {}", NameOf(report.state), report.reason);
  }
  return "";
}

std::vector<std::string> FailedExpectations(const TableReport& report) {
  std::vector<std::string> lines;
  for (const ingest::RowCheckCount& count : report.checks) {
    if (count.failed == 0) continue;
    lines.push_back(fmt::format("{}: {} failed for {} of {} rows ({})", report.table, count.name,
                                fmt::group_digits(count.failed),
                                fmt::group_digits(count.passed + count.failed),
                                Consequence(count.on_violation)));
  }
  return lines;
}

}  // namespace laguna::pipeline
