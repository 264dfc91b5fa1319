// SPDX-License-Identifier: Apache-2.0
// INSERT and INSERT OVERWRITE.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/materialized_view.h"
#include "catalog/write/plan_write.h"
#include "delta/table_feature.h"
#include "duckdb/execution/operator/projection/physical_projection.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
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

WriteTargetPtr TargetOf(duckdb::ClientContext& context, LakeCatalog& catalog,
                        const LakeTable& table) {
  const TableViewPtr view = LakeTransaction::Get(context, catalog).View(table.root());
  if (!view) {
    throw Error(ErrorKind::kNotFound, "catalog.unknown_table",
                fmt::format("Table {} is gone.", SqlNameOf(table)));
  }
  CheckMayWriteRows(context, view->metadata, SqlNameOf(table));
  // Before a byte is written. A table made in this transaction has no protocol yet: what its
  // definition needs counts.
  delta::CheckWritable(delta::GrowProtocol(view->protocol, view->metadata), view->metadata,
                       catalog.environment().store.Locate(table.root()));
  const bool overwrite = engine::StatementOptionsOf(context).overwrite;
  return MakeWriteTarget(catalog, table.root(),
                         overwrite ? WriteMode::kOverwrite : WriteMode::kAppend, view->metadata);
}

// The binder casts the query's columns to the table's types in a projection at its top. There a
// value that does not fit is an error without the column's name, so these casts move into
// ConformRows, which knows it: the projection gives the uncast values.
void TakeCastsOff(duckdb::PhysicalOperator& rows) {
  if (rows.type != duckdb::PhysicalOperatorType::PROJECTION) return;
  auto& projection = rows.Cast<duckdb::PhysicalProjection>();
  for (size_t i = 0; i < projection.select_list.size(); ++i) {
    auto& expression = projection.select_list[i];
    if (expression->GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) continue;
    auto& cast = expression->Cast<duckdb::BoundCastExpression>();
    if (cast.try_cast || cast.child->return_type.id() == duckdb::LogicalTypeId::SQLNULL) continue;
    projection.types[i] = cast.child->return_type;
    duckdb::unique_ptr<duckdb::Expression> child = std::move(cast.child);
    expression = std::move(child);
  }
}

// The value of each of the table's columns: a column of the query, or the default where the
// statement names others only.
Expressions InsertedColumns(duckdb::ClientContext& context, duckdb::LogicalInsert& insert,
                            const duckdb::PhysicalOperator& rows, const WriteTarget& target) {
  Expressions expressions;
  for (size_t i = 0; i < target.columns.size(); ++i) {
    const idx_t position =
        insert.column_index_map.empty() ? i : insert.column_index_map[duckdb::PhysicalIndex(i)];
    if (position == duckdb::DConstants::INVALID_INDEX) {
      expressions.push_back(duckdb::BoundCastExpression::AddCastToType(
          context, std::move(insert.bound_defaults.at(i)), target.columns[i].type));
    } else {
      expressions.push_back(ColumnAs(context, rows, position, target.columns[i].type));
    }
  }
  return expressions;
}

void CheckClauses(const duckdb::LogicalInsert& insert, const LakeTable& table) {
  const std::string name = SqlNameOf(table);
  if (insert.return_chunk) {
    throw Error(ErrorKind::kUnsupported, "insert.returning",
                fmt::format("INSERT INTO {} ... RETURNING is not there yet.", name))
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
    const auto& table = dynamic_cast<const LakeTable&>(insert.table);
    CheckClauses(insert, table);
    if (!rows) {
      throw Error(ErrorKind::kUnsupported, "insert.no_rows",
                  fmt::format("This INSERT INTO {} names no rows.", SqlNameOf(table)));
    }
    const WriteTargetPtr target = TargetOf(context, *this, table);
    TakeCastsOff(*rows);
    Expressions expressions = InsertedColumns(context, insert, *rows, *target);
    return PlanWrite(context, planner, {target, *rows, std::move(expressions), insert.types});
  });
}

}  // namespace laguna::catalog
