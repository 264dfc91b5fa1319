// SPDX-License-Identifier: Apache-2.0
#include "catalog/table_error.h"

#include <fmt/format.h>

#include <utility>

namespace laguna::catalog {
namespace {

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  if (from.empty()) return text;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string HintOf(const base::Error& error, const std::string& table) {
  if (error.code() != "delta.append_only") return error.hint();
  return fmt::format(
      "INSERT INTO adds rows. To begin anew: DROP TABLE {0}, which keeps its files aside, and then "
      "CREATE TABLE {0}.",
      table);
}

// "2024-05-01 12:00:00+00", in the session's time zone.
std::string InstantText(duckdb::ClientContext& context, int64_t since_epoch_ms) {
  const auto instant = duckdb::Value::TIMESTAMPTZ(
      duckdb::timestamp_tz_t(duckdb::Timestamp::FromEpochMs(since_epoch_ms)));
  return instant.CastAs(context, duckdb::LogicalType::VARCHAR).ToString();
}

base::Error TooOld(duckdb::ClientContext& context, delta::Table& table, const std::string& name) {
  const auto history = table.History();
  const std::string first =
      history.empty() ? "later" : "of " + InstantText(context, history.back().timestamp_ms);
  return base::Error(base::ErrorKind::kNotFound, "delta.timestamp",
                     fmt::format("{} has no version that old: the first is {}.", name, first))
      .Hint(fmt::format("DESCRIBE HISTORY {} lists the versions and their times.", name))
      .With("table", name);
}

}  // namespace

base::Error NamingTable(const base::Error& error, const std::string& location,
                        const std::string& table) {
  base::Error named(error.kind(), error.code(), Replaced(error.sentence(), location, table));
  for (const auto& [name, value] : error.values()) {
    named = std::move(named).With(name, Replaced(value, location, table));
  }
  if (error.place()) named = std::move(named).At(*error.place());
  return std::move(named).Hint(HintOf(error, table));
}

base::Error NamingTable(duckdb::ClientContext& context, delta::Table& table,
                        const base::Error& error, const std::string& name) {
  if (error.code() == "delta.timestamp") return TooOld(context, table, name);
  return NamingTable(error, table.Location(), name);
}

base::Error LostCommit(const std::string& table, const delta::Lost& lost) {
  return base::Error(
             base::ErrorKind::kConflict, "commit.conflict",
             fmt::format("Table {} was changed by another commit meanwhile (version {}, {}): {}",
                         table, lost.winner_version,
                         lost.winner.operation.empty() ? "unnamed" : lost.winner.operation,
                         lost.reason))
      .Hint("Nothing of this change was kept; run the statement again on the new version.")
      .With("table", table)
      .With("winner_version", std::to_string(lost.winner_version))
      .With("winner_operation", lost.winner.operation);
}

}  // namespace laguna::catalog
