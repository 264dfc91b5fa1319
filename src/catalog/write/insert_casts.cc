// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/insert_casts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "catalog/lake_table.h"
#include "catalog/write/insert_fit.h"
#include "duckdb/parser/expression/case_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/operator/logical_expression_get.hpp"
#include "duckdb/planner/operator/logical_insert.hpp"
#include "duckdb/planner/planner_extension.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using duckdb::LogicalOperatorType;

duckdb::LogicalInsert* InsertIn(duckdb::LogicalOperator& plan) {
  if (plan.type == LogicalOperatorType::LOGICAL_INSERT) {
    return &plan.Cast<duckdb::LogicalInsert>();
  }
  // Above an INSERT stand RETURNING and EXPLAIN only.
  return plan.children.size() == 1 ? InsertIn(*plan.children[0]) : nullptr;
}

// The value below a cast that the binder has added; null for other expressions.
duckdb::unique_ptr<duckdb::Expression>* BelowCast(duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return nullptr;
  auto& cast = expression.Cast<duckdb::BoundCastExpression>();
  const duckdb::Expression& value = *cast.child;
  // NULL is of any type, and comes as INTEGER.
  const bool is_null = value.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT &&
                       value.Cast<duckdb::BoundConstantExpression>().value.IsNull();
  return cast.try_cast || is_null ? nullptr : &cast.child;
}

void TakeCastsOff(duckdb::LogicalOperator& projection) {
  for (auto& expression : projection.expressions) {
    auto* value = BelowCast(*expression);
    if (value == nullptr) continue;
    duckdb::unique_ptr<duckdb::Expression> child = std::move(*value);
    child->SetAlias(expression->GetAlias());
    expression = std::move(child);
  }
}

// The values of VALUES are cast one by one, so that each row may have types of its own. Casts of
// nested values among them are the binder's, for all one can tell.
void CheckValues(const duckdb::LogicalInsert& insert, const duckdb::LogicalExpressionGet& values) {
  const auto& table = dynamic_cast<const LakeTable&>(insert.table);
  const auto& fields = table.view()->metadata.schema.fields;
  std::vector<delta::StructField> wanted;
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto at =
        insert.column_index_map.empty() ? i : insert.column_index_map[duckdb::PhysicalIndex(i)];
    if (at == duckdb::DConstants::INVALID_INDEX) continue;
    wanted.resize(std::max<size_t>(wanted.size(), at + 1));
    wanted[at] = fields[i];
  }
  for (const auto& row : values.expressions) {
    std::vector<delta::StructField> nested;
    std::vector<GivenColumn> given;
    for (size_t i = 0; i < std::min(row.size(), wanted.size()); ++i) {
      auto* value = BelowCast(*row[i]);
      if (value == nullptr || !(*value)->return_type.IsNested()) continue;
      nested.push_back(wanted[i]);
      given.push_back({wanted[i].name, (*value)->return_type});
    }
    const std::string name = fmt::format("{}.{}", table.ParentSchema().name, table.name);
    if (const auto misfit = MisfitOf(name, nested, given, InsertMatch::kByPosition)) throw *misfit;
  }
}

void AfterBinding(duckdb::PlannerExtensionInput& /*input*/, duckdb::BoundStatement& statement) {
  engine::Guarded([&] {
    duckdb::LogicalInsert* insert = statement.plan ? InsertIn(*statement.plan) : nullptr;
    if (insert == nullptr || insert->children.empty()) return;
    const auto* table = dynamic_cast<const LakeTable*>(&insert->table);
    if (table == nullptr || !table->view()) return;
    duckdb::LogicalOperator& rows = *insert->children[0];
    if (rows.type != LogicalOperatorType::LOGICAL_PROJECTION) return;
    TakeCastsOff(rows);
    const bool has_values = rows.children.size() == 1 &&
                            rows.children[0]->type == LogicalOperatorType::LOGICAL_EXPRESSION_GET;
    if (has_values) {
      CheckValues(*insert, rows.children[0]->Cast<duckdb::LogicalExpressionGet>());
    }
  });
}

}  // namespace

void KeepWrittenCasts(duckdb::InsertStatement& insert) {
  if (!insert.select_statement || insert.GetValuesList()) return;
  auto& node = *insert.select_statement->node;
  if (node.type != duckdb::QueryNodeType::SELECT_NODE) return;
  for (auto& column : node.Cast<duckdb::SelectNode>().select_list) {
    if (column->GetExpressionClass() != duckdb::ExpressionClass::CAST) continue;
    auto marked = duckdb::make_uniq<duckdb::CaseExpression>();
    marked->SetAlias(column->GetName());
    auto& always = marked->case_checks.emplace_back();
    always.when_expr = duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value::BOOLEAN(true));
    always.then_expr = std::move(column);
    marked->else_expr = duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value());
    column = std::move(marked);
  }
}

void TakeInsertCastsOff(duckdb::DBConfig& config) {
  duckdb::PlannerExtension extension;
  extension.post_bind_function = AfterBinding;
  duckdb::PlannerExtension::Register(config, std::move(extension));
}

}  // namespace laguna::catalog
