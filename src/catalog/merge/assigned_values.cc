// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/assigned_values.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/lake_table.h"
#include "catalog/merge/field_mismatch.h"
#include "catalog/write/store_assignment.h"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"
#include "duckdb/planner/operator/logical_projection.hpp"
#include "duckdb/planner/operator/logical_update.hpp"
#include "duckdb/planner/planner_extension.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalType;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

// A cast that the binder may have added; null for other expressions.
duckdb::BoundCastExpression* CastOf(duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return nullptr;
  auto& cast = expression.Cast<duckdb::BoundCastExpression>();
  const bool untyped = cast.child->return_type.id() == duckdb::LogicalTypeId::SQLNULL;
  return cast.try_cast || untyped ? nullptr : &cast;
}

class CastTaker {
 public:
  CastTaker(duckdb::TableCatalogEntry& table, LogicalOperator& projection, bool evolves)
      : table_(table), projection_(projection), evolves_(evolves) {}

  // `values` are references to the projection, which casts them to the columns' types.
  void Columns(const duckdb::vector<duckdb::PhysicalIndex>& columns, Expressions& values) const {
    for (size_t i = 0; i < columns.size() && i < values.size(); ++i) {
      Value(table_.GetColumns().GetColumn(columns[i]), *values[i]);
    }
  }

  void Inserted(duckdb::BoundMergeIntoAction& action) const {
    for (const auto& column : table_.GetColumns().Physical()) {
      const size_t given = action.column_index_map.empty()
                               ? column.Physical().index
                               : action.column_index_map[column.Physical()];
      if (given < action.expressions.size()) Value(column, *action.expressions[given]);
    }
  }

 private:
  void Value(const duckdb::ColumnDefinition& column, duckdb::Expression& value) const {
    if (value.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return;
    const size_t position = value.Cast<duckdb::BoundColumnRefExpression>().binding.column_index;
    if (position >= projection_.expressions.size()) return;
    auto& projected = projection_.expressions[position];
    duckdb::BoundCastExpression* cast = CastOf(*projected);
    if (cast == nullptr) return;
    Check(column, cast->child->return_type);
    auto child = std::move(cast->child);
    child->SetAlias(projected->GetAlias());
    projected = std::move(child);
    value.return_type = projected->return_type;
  }

  void Check(const duckdb::ColumnDefinition& column, const LogicalType& given) const {
    const std::string table = fmt::format("{}.{}", table_.ParentSchema().name, table_.name);
    const auto mismatch = MismatchOf(given, column.Type(), column.Name());
    if (mismatch && (mismatch->in_values || !evolves_)) throw ErrorOf(*mismatch, table);
    const auto misfit = AssignmentMisfit(given, column.Type());
    if (!misfit) return;
    throw base::Error(
        base::ErrorKind::kInvalidInput, "write.type",
        fmt::format("The value for column \"{}\" of table {} {}.", column.Name(), table, *misfit))
        .Hint("Write the cast if it is meant: CAST(value AS type).")
        .With("table", table)
        .With("column", column.Name());
  }

  duckdb::TableCatalogEntry& table_;
  LogicalOperator& projection_;
  bool evolves_;
};

bool IsOfLake(const duckdb::TableCatalogEntry& table) {
  return dynamic_cast<const LakeTable*>(&table) != nullptr;
}

void TakeOff(LogicalOperator& op, bool evolves) {
  if (op.children.size() != 1) return;
  LogicalOperator& below = *op.children[0];
  if (op.type == LogicalOperatorType::LOGICAL_UPDATE) {
    auto& update = op.Cast<duckdb::LogicalUpdate>();
    if (!IsOfLake(update.table)) return;
    CastTaker(update.table, below, evolves).Columns(update.columns, update.expressions);
  } else if (op.type == LogicalOperatorType::LOGICAL_MERGE_INTO) {
    auto& merge = op.Cast<duckdb::LogicalMergeInto>();
    if (!IsOfLake(merge.table)) return;
    const CastTaker taker(merge.table, below, evolves);
    for (auto& [condition, actions] : merge.actions) {
      for (auto& action : actions) {
        const bool inserts = action->action_type == duckdb::MergeActionType::MERGE_INSERT;
        inserts ? taker.Inserted(*action) : taker.Columns(action->columns, action->expressions);
      }
    }
  } else {
    // EXPLAIN and RETURNING.
    TakeOff(below, evolves);
  }
}

void AfterBinding(duckdb::PlannerExtensionInput& input, duckdb::BoundStatement& statement) {
  if (!statement.plan) return;
  const bool evolves = engine::StatementOptionsOf(input.context).schema_evolution;
  engine::Guarded([&] { TakeOff(*statement.plan, evolves); });
}

}  // namespace

void TakeRowChangeCastsOff(duckdb::DBConfig& config) {
  duckdb::PlannerExtension extension;
  extension.post_bind_function = AfterBinding;
  duckdb::PlannerExtension::Register(config, std::move(extension));
}

// Behind the binder nothing tells one cast from the other, so this one goes through a struct.
ParsedPointer KeepWrittenCast(ParsedPointer value) {
  if (value->GetExpressionClass() != duckdb::ExpressionClass::CAST) return value;
  duckdb::vector<NamedExpression> fields;
  fields.push_back({"value", std::move(value)});
  return FieldOf(*StructOf(std::move(fields)), "value");
}

}  // namespace laguna::catalog
