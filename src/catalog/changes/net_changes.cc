// SPDX-License-Identifier: Apache-2.0
// How statements are joined
//
// `chains` has one row for each row of the table that was touched so far: as it was before the
// transaction (old_row) and as it is now (new_row), NULL where it was not or is no more. A
// statement is a set of such pairs too. One whose old row is some chain's new row goes on with that
// chain, one pair a chain; any other begins one. Rows are structs, in which NULL is equal to NULL.
#include "catalog/changes/net_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "catalog/row_change/row_change.h"
#include "duckdb/main/materialized_query_result.hpp"
#include "engine/glob_text.h"
#include "engine/guard.h"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using engine::QuotedName;
using engine::QuotedText;

constexpr const char* kStepColumn = "_laguna_step";

std::string TextOrNull(const std::optional<std::string>& text) {
  return text ? QuotedText(*text) : "CAST(NULL AS VARCHAR)";
}

// Files of one statement and one partition.
std::string ReadFiles(const std::vector<std::string>& locations) {
  std::vector<std::string> patterns;
  for (const std::string& location : locations) {
    patterns.push_back(QuotedText(engine::PatternOf(location)));
  }
  return fmt::format(
      "system.main.read_parquet([{}], hive_partitioning => false, union_by_name => true)",
      fmt::join(patterns, ", "));
}

// "{'a': x."a", ...}".
std::string Struct(const std::vector<std::string>& names, const char* from) {
  std::vector<std::string> fields;
  for (const std::string& name : names) {
    fields.push_back(fmt::format("{}: {}.{}", QuotedText(name), from, QuotedName(name)));
  }
  return fmt::format("{{{}}}", fmt::join(fields, ", "));
}

}  // namespace

NetChanges::NetChanges(duckdb::ClientContext& client, const std::vector<FeedStep>& steps,
                       std::vector<std::string> partition_columns)
    : connection_(*client.db), partition_columns_(std::move(partition_columns)) {
  ReadSteps(steps);
  NameColumns();
  std::vector<std::string> all = columns_;
  for (size_t i = 0; i < partition_columns_.size(); ++i) all.push_back(PartitionColumn(i));
  Run(
      fmt::format("CREATE TEMP TABLE events AS SELECT {} AS step, {} AS pair, coalesce({}, '{}') "
                  "AS kind, {} AS \"row\" FROM told t",
                  kStepColumn, has_pairs_ ? kChangedRowColumn : "CAST(NULL AS BIGINT)",
                  kChangeTypeColumn, kInserted, Struct(all, "t")));
  Run("DROP TABLE told");
  Run("CREATE TEMP TABLE chains AS SELECT \"row\" AS old_row, \"row\" AS new_row FROM events LIMIT "
      "0");
  for (size_t step = 0; step < steps.size(); ++step) Join(step);
}

std::string NetChanges::PartitionColumn(size_t number) const {
  return fmt::format("_laguna_partition_{}", number);
}

void NetChanges::ReadSteps(const std::vector<FeedStep>& steps) {
  std::vector<std::string> selects;
  for (size_t step = 0; step < steps.size(); ++step) {
    std::map<delta::PartitionValues, std::vector<std::string>> files;
    for (const FeedFile& file : steps[step]) files[file.partition_values].push_back(file.location);
    for (const auto& [values, locations] : files) {
      std::string select = fmt::format("SELECT {} AS {}", step, kStepColumn);
      for (size_t i = 0; i < partition_columns_.size(); ++i) {
        const auto value = values.find(partition_columns_[i]);
        select += fmt::format(", {} AS {}",
                              TextOrNull(value == values.end() ? std::nullopt : value->second),
                              PartitionColumn(i));
      }
      selects.push_back(fmt::format("{}, * FROM {}", select, ReadFiles(locations)));
    }
  }
  Run(fmt::format("CREATE TEMP TABLE told AS {}", fmt::join(selects, " UNION ALL BY NAME ")));
}

void NetChanges::NameColumns() {
  const auto result = connection_.Query("SELECT * FROM told LIMIT 0");
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
  for (const std::string& name : result->names) {
    has_pairs_ |= name == kChangedRowColumn;
    const bool is_ours = name == kChangedRowColumn || name == kChangeTypeColumn ||
                         name == kStepColumn || name.starts_with("_laguna_partition_");
    if (!is_ours) columns_.push_back(name);
  }
}

// An update without a pair is told as what it comes to.
void NetChanges::Join(size_t step) {
  const std::string of_step = fmt::format("FROM events WHERE step = {}", step);
  const std::string pairs = fmt::format(
      "SELECT b.\"row\" AS old_row, a.\"row\" AS new_row "
      "FROM (SELECT * {0} AND kind = '{1}') b JOIN (SELECT * {0} AND kind = '{2}') a "
      "ON a.pair = b.pair",
      of_step, kBeforeUpdate, kAfterUpdate);
  const std::string gone =
      fmt::format("SELECT \"row\", NULL {} AND (kind = '{}' OR (kind = '{}' AND pair IS NULL))",
                  of_step, kDeleted, kBeforeUpdate);
  const std::string come =
      fmt::format("SELECT NULL, \"row\" {} AND (kind = '{}' OR (kind = '{}' AND pair IS NULL))",
                  of_step, kInserted, kAfterUpdate);
  Run(fmt::format(
      "CREATE TEMP TABLE joined AS "
      "SELECT CASE WHEN c.is_there THEN c.old_row ELSE e.old_row END AS old_row, "
      "CASE WHEN e.is_there THEN e.new_row ELSE c.new_row END AS new_row "
      "FROM (SELECT *, true AS is_there, row_number() OVER (PARTITION BY new_row) AS n FROM "
      "chains) c "
      "FULL JOIN (SELECT *, true AS is_there, row_number() OVER (PARTITION BY old_row) AS n "
      "FROM ({} UNION ALL {} UNION ALL {})) e ON c.new_row = e.old_row AND c.n = e.n",
      pairs, gone, come));
  Run("DROP TABLE chains");
  Run("CREATE TEMP TABLE chains AS SELECT * FROM joined WHERE old_row IS NOT NULL OR "
      "new_row IS NOT NULL");
  Run("DROP TABLE joined");
}

std::vector<delta::PartitionValues> NetChanges::Partitions() {
  std::vector<std::string> fields;
  for (size_t i = 0; i < partition_columns_.size(); ++i) {
    fields.push_back(fmt::format("struct_extract(r, {})", QuotedText(PartitionColumn(i))));
  }
  const auto result =
      connection_.Query(fmt::format("SELECT DISTINCT true{}{} FROM (SELECT old_row AS r FROM "
                                    "chains UNION ALL SELECT new_row FROM "
                                    "chains) WHERE r IS NOT NULL",
                                    fields.empty() ? "" : ", ", fmt::join(fields, ", ")));
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
  std::vector<delta::PartitionValues> partitions;
  for (duckdb::idx_t row = 0; row < result->RowCount(); ++row) {
    delta::PartitionValues& values = partitions.emplace_back();
    for (size_t i = 0; i < partition_columns_.size(); ++i) {
      const duckdb::Value value = result->GetValue(i + 1, row);
      auto& text = values[partition_columns_[i]];
      if (!value.IsNull()) text = value.ToString();
    }
  }
  return partitions;
}

void NetChanges::Write(const delta::PartitionValues& partition, const std::string& location,
                       const std::string& options) {
  std::string columns;
  for (const std::string& name : columns_) {
    columns += fmt::format("struct_extract(r, {}) AS {}, ", QuotedText(name), QuotedName(name));
  }
  std::string condition = "r IS NOT NULL";
  for (size_t i = 0; i < partition_columns_.size(); ++i) {
    condition += fmt::format(" AND struct_extract(r, {}) IS NOT DISTINCT FROM {}",
                             QuotedText(PartitionColumn(i)),
                             TextOrNull(partition.at(partition_columns_[i])));
  }
  Run(fmt::format(
      "COPY (SELECT {}kind AS {} FROM (SELECT old_row AS r, CASE WHEN new_row IS NULL THEN '{}' "
      "ELSE '{}' END AS kind FROM chains UNION ALL SELECT new_row, CASE WHEN old_row IS NULL THEN "
      "'{}' ELSE '{}' END FROM chains) WHERE {}) TO {} (FORMAT parquet{})",
      columns, kChangeTypeColumn, kDeleted, kBeforeUpdate, kInserted, kAfterUpdate, condition,
      QuotedText(location), options));
}

void NetChanges::Run(const std::string& sql) {
  const auto result = connection_.Query(sql);
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
}

}  // namespace laguna::catalog
