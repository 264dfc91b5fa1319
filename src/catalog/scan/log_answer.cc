// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/log_answer.h"

#include <optional>
#include <utility>

#include "catalog/scan/log_statistics.h"
#include "catalog/scan/table_scan.h"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/planner/expression/bound_aggregate_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/operator/logical_aggregate.hpp"
#include "duckdb/planner/operator/logical_dummy_scan.hpp"
#include "duckdb/planner/operator/logical_expression_get.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::BoundAggregateExpression;
using duckdb::Expression;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::Value;
using OperatorPtr = duckdb::unique_ptr<LogicalOperator>;

// What an aggregate is computed from: columns of a scan of ours that gives all rows of its files.
class PlainScan {
 public:
  // Nothing when `below` is no such scan, perhaps under projections.
  static std::optional<PlainScan> Below(const LogicalOperator& below) {
    PlainScan scan;
    const auto* found = &below;
    for (; found->type == LogicalOperatorType::LOGICAL_PROJECTION;
         found = found->children[0].get()) {
      scan.projections_.push_back(found);
    }
    if (found->type != LogicalOperatorType::LOGICAL_GET) return std::nullopt;
    scan.get_ = &found->Cast<duckdb::LogicalGet>();
    scan.files_ = FilesOfScan(*scan.get_);
    const bool is_plain = scan.files_ != nullptr && scan.get_->table_filters.filters.empty() &&
                          !scan.get_->extra_info.sample_options && !scan.get_->dynamic_filters;
    return is_plain ? std::optional(scan) : std::nullopt;
  }

  [[nodiscard]] const TableFileList& files() const { return *files_; }

  // The scan's column that the expression above is; nothing for other expressions.
  [[nodiscard]] std::optional<ScanColumn> Column(const Expression& expression) const {
    const auto* reference = &expression;
    for (const auto* projection : projections_) {
      if (reference->type != duckdb::ExpressionType::BOUND_COLUMN_REF) return std::nullopt;
      reference = projection->expressions[PlaceOf(*reference)].get();
    }
    if (reference->type != duckdb::ExpressionType::BOUND_COLUMN_REF) return std::nullopt;
    const auto& column = get_->GetColumnIds()[PlaceOf(*reference)];
    if (column.HasChildren()) return std::nullopt;
    return ScanColumn(files_->files(), column.GetPrimaryIndex());
  }

 private:
  static duckdb::idx_t PlaceOf(const Expression& reference) {
    return reference.Cast<duckdb::BoundColumnRefExpression>().binding.column_index;
  }

  // From the aggregate down.
  std::vector<const LogicalOperator*> projections_;
  const duckdb::LogicalGet* get_ = nullptr;
  const TableFileList* files_ = nullptr;
};

std::optional<Value> Answer(const BoundAggregateExpression& aggregate, const PlainScan& scan) {
  if (aggregate.filter) return std::nullopt;
  const auto& name = aggregate.function.name;
  if (name == "count_star") {
    const auto rows = scan.files().ExactRows();
    if (!rows) return std::nullopt;
    return Value::BIGINT(static_cast<int64_t>(*rows));
  }
  if ((name != "min" && name != "max") || aggregate.children.size() != 1) return std::nullopt;
  const auto column = scan.Column(*aggregate.children[0]);
  if (!column || column->type() != aggregate.return_type) return std::nullopt;
  const auto extremes = ExactExtremes(scan.files(), *column);
  if (!extremes) return std::nullopt;
  return name == "min" ? extremes->min : extremes->max;
}

// Null when a single one of the aggregates is not known.
OperatorPtr Answers(const duckdb::LogicalAggregate& aggregate) {
  if (!aggregate.groups.empty() || aggregate.grouping_sets.size() > 1) return nullptr;
  const auto scan = PlainScan::Below(*aggregate.children[0]);
  if (!scan) return nullptr;
  duckdb::vector<duckdb::unique_ptr<Expression>> row;
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& expression : aggregate.expressions) {
    if (expression->GetExpressionClass() != duckdb::ExpressionClass::BOUND_AGGREGATE) {
      return nullptr;
    }
    auto value = Answer(expression->Cast<BoundAggregateExpression>(), *scan);
    if (!value) return nullptr;
    types.push_back(value->type());
    row.push_back(duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(*value)));
    row.back()->SetAlias(expression->GetAlias());
  }
  duckdb::vector<duckdb::vector<duckdb::unique_ptr<Expression>>> rows;
  rows.push_back(std::move(row));
  auto answer = duckdb::make_uniq<duckdb::LogicalExpressionGet>(aggregate.aggregate_index,
                                                                std::move(types), std::move(rows));
  answer->children.push_back(duckdb::make_uniq<duckdb::LogicalDummyScan>(aggregate.group_index));
  return answer;
}

void PutAnswers(OperatorPtr& plan) {
  for (auto& child : plan->children) PutAnswers(child);
  if (plan->type != LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) return;
  if (auto answers = Answers(plan->Cast<duckdb::LogicalAggregate>())) plan = std::move(answers);
}

}  // namespace

void AddLogAnswers(duckdb::DBConfig& config) {
  duckdb::OptimizerExtension extension;
  extension.optimize_function = [](duckdb::OptimizerExtensionInput&, OperatorPtr& plan) {
    engine::Guarded([&] { PutAnswers(plan); });
  };
  duckdb::OptimizerExtension::Register(config, std::move(extension));
}

}  // namespace laguna::catalog
