// SPDX-License-Identifier: Apache-2.0
#include "pipeline/planned_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "base/nearest_name.h"
#include "delta/table_feature.h"
#include "ingest/source_column.h"
#include "pipeline/stand_in.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using catalog::TableState;
using engine::ResultColumn;
using Columns = std::vector<ResultColumn>;

const ResultColumn* Find(const Columns& columns, std::string_view name) {
  const std::string key = TableKey(name);
  for (const ResultColumn& column : columns) {
    if (TableKey(column.name) == key) return &column;
  }
  return nullptr;
}

bool SameNames(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const std::string& one, const std::string& other) {
                      return TableKey(one) == TableKey(other);
                    });
}

std::string PartitionsText(const std::vector<std::string>& columns) {
  return columns.empty() ? "not partitioned"
                         : fmt::format("partitioned by ({})", fmt::join(columns, ", "));
}

// Names of columns that ingest adds to the rows it checks.
bool IsReserved(const ingest::TableDefinition& table, const std::string& key) {
  const bool quarantines =
      std::any_of(table.checks.begin(), table.checks.end(), [](const ingest::RowCheck& check) {
        return check.on_violation == ingest::OnViolation::kQuarantine;
      });
  return (quarantines && (key == "_violations" || key == "_batch")) ||
         (!table.checks.empty() && key.starts_with("__laguna_check_"));
}

Error BadName(const Definition& definition, const char* code, std::string sentence,
              std::string_view which, const std::string& column) {
  return Error(ErrorKind::kInvalidInput, code, std::move(sentence))
      .Hint(fmt::format("Give {} another name with AS, or leave it out: SELECT * EXCLUDE (...).",
                        which))
      .At(definition.PlaceOf({definition.table.query.offset}))
      .With("column", column);
}

Columns TrialColumns(engine::Session& session, const Definition& definition,
                     const Columns& columns) try {
  return StoredColumns(session, definition, columns);
} catch (const Error& error) {
  // Its place is in a statement of ours.
  throw Error(error).At(definition.place());
}

std::string RefreshHint(const Definition& definition) {
  return fmt::format("Read everything anew: laguna pipeline run --full-refresh {}",
                     definition.table.table);
}

std::vector<Error> TypeChanges(const Definition& definition, const TableState& kept,
                               const Columns& stored) {
  std::vector<Error> errors;
  for (const ResultColumn& column : stored) {
    const ResultColumn* old = Find(kept.columns, column.name);
    if (old == nullptr || ingest::FitsInto(column.type, old->type)) continue;
    errors.push_back(
        Error(ErrorKind::kInvalidInput, "pipeline.type_changed",
              fmt::format("{} has the column '{}' as {}, but its query gives {}.",
                          definition.table.table, old->name, old->type, column.type))
            .Hint(fmt::format("Cast it to {} in the query. {}", old->type, RefreshHint(definition)))
            .With("column", old->name)
            .At(definition.place()));
  }
  return errors;
}

Error PartitionChange(const Definition& definition, const TableState& kept) {
  return Error(ErrorKind::kInvalidInput, "pipeline.partition_changed",
               fmt::format("{} is {}, but its definition says {}.", definition.table.table,
                           PartitionsText(kept.partition_by),
                           PartitionsText(definition.table.partition_by)))
      .Hint(RefreshHint(definition))
      .At(definition.place());
}

// A table that is there keeps its comment and properties.
std::optional<std::string> WhatStays(const Definition& definition, const TableState& kept) {
  const ingest::TableDefinition& table = definition.table;
  std::string what;
  if (kept.comment != table.comment) what = "COMMENT";
  const bool same_properties =
      delta::HasProperties(kept.protocol, kept.properties, table.properties);
  if (!same_properties) what += what.empty() ? "TBLPROPERTIES" : " and TBLPROPERTIES";
  if (what.empty()) return std::nullopt;
  return fmt::format(
      "{0}: the table is there and keeps its own {1} until it is read anew: laguna pipeline run "
      "--full-refresh {0}",
      table.table, what);
}

}  // namespace

void CheckColumnNames(const Definition& definition, const Columns& columns) {
  const std::string& table = definition.table.table;
  std::set<std::string> seen;
  for (const ResultColumn& column : columns) {
    const std::string key = TableKey(column.name);
    if (IsReserved(definition.table, key)) {
      throw BadName(definition, "pipeline.reserved_column",
                    fmt::format("The query of {} gives a column '{}', a name that expectations "
                                "need.",
                                table, column.name),
                    "it", column.name);
    }
    if (!seen.insert(key).second) {
      throw BadName(definition, "pipeline.duplicate_column",
                    fmt::format("The query of {} gives two columns '{}'.", table, column.name),
                    "one of them", column.name);
    }
  }
}

std::vector<Error> CheckPartitions(const Definition& definition, const Columns& columns) {
  std::vector<std::string> names;
  for (const ResultColumn& column : columns) names.push_back(column.name);
  const ingest::TableDefinition& table = definition.table;
  std::vector<Error> errors;
  for (size_t i = 0; i < table.partition_by.size(); ++i) {
    if (Find(columns, table.partition_by[i]) != nullptr) continue;
    errors.push_back(Error(ErrorKind::kNotFound, "pipeline.partition",
                           fmt::format("The query of {} gives no column '{}' to partition by.",
                                       table.table, table.partition_by[i]))
                         .Hint(base::SuggestName(table.partition_by[i], names))
                         .At(definition.PlaceOf(definition.partition_places[i])));
  }
  return errors;
}

PlannedTable PlanTable(engine::Session& session, const Definition& definition,
                       const Columns& columns, const TableState* kept) {
  PlannedTable planned;
  const Columns stored = TrialColumns(session, definition, columns);
  if (kept == nullptr) {
    planned.columns = stored;
    return planned;
  }
  planned.errors = TypeChanges(definition, *kept, stored);
  if (!SameNames(kept->partition_by, definition.table.partition_by)) {
    planned.errors.push_back(PartitionChange(definition, *kept));
  }
  if (auto notice = WhatStays(definition, *kept)) planned.notices.push_back(std::move(*notice));
  planned.columns = kept->columns;
  for (const ResultColumn& column : stored) {
    if (Find(planned.columns, column.name) == nullptr) planned.columns.push_back(column);
  }
  return planned;
}

}  // namespace laguna::pipeline
