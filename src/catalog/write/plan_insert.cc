// SPDX-License-Identifier: Apache-2.0
// INSERT and INSERT OVERWRITE.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/column_value/filled_row.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
#include "catalog/write/insert_fit.h"
#include "catalog/write/plan_replace_where.h"
#include "catalog/write/plan_write.h"
#include "catalog/write/writable_table.h"
#include "catalog/write/write_settings.h"
#include "delta/identity_column.h"
#include "duckdb/planner/operator/logical_insert.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::idx_t;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

std::string SqlNameOf(const LakeTable& table) {
  return fmt::format("{}.{}", table.ParentSchema().name, table.name);
}

WriteMode ModeOf(duckdb::ClientContext& context, const engine::StatementOptions& options,
                 const delta::Metadata& metadata) {
  if (!options.overwrite) return WriteMode::kAppend;
  const bool partitions_only =
      OverwritesPartitionsOnly(context) && !metadata.partition_columns.empty();
  return partitions_only ? WriteMode::kOverwritePartitions : WriteMode::kOverwrite;
}

WriteTargetPtr TargetOf(duckdb::ClientContext& context, LakeCatalog& catalog,
                        const LakeTable& table) {
  const TableViewPtr view = ViewToWrite(context, catalog, table);
  CheckWrite(context, catalog, table, *view, view->metadata);
  const auto& options = engine::StatementOptionsOf(context);
  const WriteMode mode = ModeOf(context, options, view->metadata);
  const delta::Metadata& evolved = table.view()->metadata;
  if (options.schema_evolution && !delta::IsSameButMarks(evolved.schema, view->metadata.schema)) {
    CheckWrite(context, catalog, table, *view, evolved);
    return MakeEvolvingTarget(catalog, table.root(), mode, evolved, view->metadata.schema);
  }
  return MakeWriteTarget(catalog, table.root(), mode, view->metadata);
}

// Columns whose types make no sense in the table's, all in one message.
void CheckTypes(const duckdb::LogicalInsert& insert, const duckdb::PhysicalOperator& rows,
                const WriteTarget& target) {
  std::vector<delta::StructField> wanted;
  std::vector<GivenColumn> given;
  for (size_t i = 0; i < target.columns.size(); ++i) {
    const idx_t position =
        insert.column_index_map.empty() ? i : insert.column_index_map[duckdb::PhysicalIndex(i)];
    if (position == duckdb::DConstants::INVALID_INDEX) continue;
    wanted.push_back(target.metadata.schema.fields[i]);
    given.push_back({target.columns[i].name, rows.types[position]});
  }
  if (const auto misfit = MisfitOf(target.SqlName(), wanted, given, InsertMatch::kByPosition)) {
    throw *misfit;
  }
}

// The value of each of the table's columns: a column of the query, or what the column is filled
// with where the statement names others only.
Expressions InsertedColumns(duckdb::ClientContext& context, duckdb::LogicalInsert& insert,
                            const duckdb::PhysicalOperator& rows, const WriteTarget& target) {
  Expressions expressions(target.columns.size());
  for (size_t i = 0; i < target.columns.size(); ++i) {
    const idx_t position =
        insert.column_index_map.empty() ? i : insert.column_index_map[duckdb::PhysicalIndex(i)];
    if (position == duckdb::DConstants::INVALID_INDEX) continue;
    expressions[i] = ColumnAs(context, rows, position, target.columns[i].type);
  }
  FillInsertedRow(context, target, insert.bound_defaults, expressions);
  return expressions;
}

void CheckClauses(const duckdb::LogicalInsert& insert, const LakeTable& table,
                  const engine::StatementOptions& options) {
  const std::string name = SqlNameOf(table);
  if (insert.return_chunk && options.replace_where) {
    throw Error(ErrorKind::kUnsupported, "insert.returning",
                fmt::format("INSERT INTO {} REPLACE WHERE ... cannot give rows back.", name))
        .Hint("Leave RETURNING out and read the rows back with a SELECT.")
        .With("table", name);
  }
  if (table.fixed() || table.error()) {
    throw Error(ErrorKind::kUnsupported, "insert.old_version",
                fmt::format("An old version of {} cannot be written to.", name))
        .With("table", name);
  }
}

}  // namespace

duckdb::PhysicalOperator& LakeCatalog::PlanInsert(
    duckdb::ClientContext& context, duckdb::PhysicalPlanGenerator& planner,
    duckdb::LogicalInsert& insert, duckdb::optional_ptr<duckdb::PhysicalOperator> rows) {
  return engine::Guarded([&]() -> duckdb::PhysicalOperator& {
    auto& table = dynamic_cast<LakeTable&>(insert.table);
    const engine::StatementOptions& options = engine::StatementOptionsOf(context);
    CheckClauses(insert, table, options);
    if (!rows) {
      throw Error(ErrorKind::kUnsupported, "insert.no_rows",
                  fmt::format("This INSERT INTO {} names no rows.", SqlNameOf(table)));
    }
    const WriteTargetPtr target = TargetOf(context, *this, table);
    CheckTypes(insert, *rows, *target);
    Expressions expressions = InsertedColumns(context, insert, *rows, *target);
    WritePlan plan{target, *rows, std::move(expressions), insert.types, insert.return_chunk};
    if (!options.replace_where) return PlanWrite(context, planner, std::move(plan));
    return PlanReplaceWhere(context, planner, table, *options.replace_where, std::move(plan));
  });
}

}  // namespace laguna::catalog
