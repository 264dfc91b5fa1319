// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/conform_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/column_value/generated_column.h"
#include "catalog/constraint/required_values.h"
#include "catalog/constraint/row_check.h"
#include "catalog/constraint/row_text.h"
#include "catalog/write/column_value_error.h"
#include "catalog/write/fitted_texts.h"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::idx_t;

using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

class ConformState final : public duckdb::OperatorState {
 public:
  ConformState(duckdb::ExecutionContext& context, const Expressions& expressions,
               const Expressions& conditions)
      : executor(context.client, expressions), checker(context.client, conditions) {}
  duckdb::ExpressionExecutor executor;
  duckdb::ExpressionExecutor checker;
};

Error NullError(const WriteTarget& target, const std::string& column, const std::string& row) {
  return Error(ErrorKind::kViolation, "write.not_null",
               fmt::format("Column \"{}\" of table {} is NOT NULL, but a row to write has NULL "
                           "there: {}. Nothing was written.",
                           column, target.SqlName(), row))
      .Hint(fmt::format("Give \"{}\" a value in every row, or leave such rows out.", column))
      .With("table", target.SqlName())
      .With("column", column)
      .With("row", row);
}

// The condition itself fails for a value (an overflow, say).
[[noreturn]] void RethrowWithCheck(const std::exception& failure, const RowCheck& check,
                                   const std::string& table) {
  const duckdb::ErrorData error(failure);
  if (!IsValueError(error)) throw;
  throw FailedCheck(check, table, error.RawMessage());
}

// Types whose partition values may be the empty text, which the protocol reads as NULL.
bool HasEmptyValue(const delta::DataType& type) {
  return type.Is(delta::Primitive::kString) || type.Is(delta::Primitive::kBinary);
}

// Replaces empty strings by NULL.
void EmptyToNull(duckdb::Vector& vector, idx_t count) {
  duckdb::UnifiedVectorFormat format;
  vector.ToUnifiedFormat(count, format);
  const auto* strings = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format);
  bool found = false;
  for (idx_t row = 0; row < count && !found; ++row) {
    const idx_t at = format.sel->get_index(row);
    found = format.validity.RowIsValid(at) && strings[at].GetSize() == 0;
  }
  if (!found) return;
  duckdb::Vector copy(vector.GetType(), count);
  duckdb::VectorOperations::Copy(vector, copy, count, 0, 0);
  auto* values = duckdb::FlatVector::GetData<duckdb::string_t>(copy);
  for (idx_t row = 0; row < count; ++row) {
    const bool is_empty = !duckdb::FlatVector::IsNull(copy, row) && values[row].GetSize() == 0;
    if (is_empty) duckdb::FlatVector::SetNull(copy, row, true);
  }
  vector.Reference(copy);
}

// Makes each value what is stored of it.
void Store(duckdb::DataChunk& chunk, const WriteTarget& target) {
  for (size_t i = 0; i < target.columns.size(); ++i) {
    const WriteColumn& column = target.columns[i];
    const auto found = FitTexts(chunk.data[i], chunk.size(), column);
    if (found) throw TooLong(*found, target.SqlName(), RowText(target, chunk, found->row));
    const bool may_be_empty = column.is_partition && HasEmptyValue(column.delta_type);
    if (may_be_empty) EmptyToNull(chunk.data[i], chunk.size());
  }
}

// Throws for the first row that has NULL where the table has none.
void CheckRequired(duckdb::DataChunk& chunk, const WriteTarget& target) {
  for (size_t i = 0; i < target.columns.size(); ++i) {
    const auto missing = FindMissingValue(chunk.data[i], chunk.size(), target.columns[i]);
    if (missing) throw NullError(target, missing->path, RowText(target, chunk, missing->row));
  }
}

// Throws for the first row whose condition is not TRUE.
void CheckCondition(duckdb::Vector& condition, const RowCheck& check, duckdb::DataChunk& chunk,
                    const WriteTarget& target) {
  duckdb::UnifiedVectorFormat format;
  condition.ToUnifiedFormat(chunk.size(), format);
  const auto* is_true = duckdb::UnifiedVectorFormat::GetData<bool>(format);
  for (idx_t row = 0; row < chunk.size(); ++row) {
    const idx_t at = format.sel->get_index(row);
    const bool is_null = !format.validity.RowIsValid(at);
    if (!is_null && is_true[at]) continue;
    throw BrokenCheck(check, target.SqlName(), RowText(target, chunk, row), is_null);
  }
}

duckdb::vector<duckdb::LogicalType> TypesOf(const ConformPlan& plan) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const WriteColumn& column : plan.target->columns) types.push_back(column.type);
  const auto& given = plan.rows.types;
  types.insert(types.end(), given.end() - static_cast<std::ptrdiff_t>(plan.passed_through),
               given.end());
  return types;
}

}  // namespace

duckdb::PhysicalOperator& PlanConform(duckdb::ClientContext& context,
                                      duckdb::PhysicalPlanGenerator& planner, ConformPlan plan) {
  LAGUNA_ASSERT(plan.expressions.size() == plan.target->columns.size());
  LAGUNA_ASSERT(plan.passed_through <= plan.rows.types.size());
  duckdb::PhysicalOperator& rows = plan.rows;
  std::vector<RowCheck> checks = RowChecksOf(plan.target->metadata, plan.target->SqlName());
  std::ranges::move(GeneratedChecks(plan.target->metadata.schema), std::back_inserter(checks));
  Expressions conditions;
  for (const RowCheck& check : checks) {
    conditions.push_back(
        BindCondition(context, check, plan.target->metadata.schema, plan.target->SqlName()));
  }
  auto& conform =
      planner.Make<ConformRows>(std::move(plan), std::move(checks), std::move(conditions));
  conform.children.push_back(rows);
  return conform;
}

ConformRows::ConformRows(duckdb::PhysicalPlan& plan, ConformPlan conform,
                         std::vector<RowCheck> checks, Expressions conditions)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, TypesOf(conform),
                               conform.rows.estimated_cardinality),
      target_(std::move(conform.target)),
      expressions_(std::move(conform.expressions)),
      passed_through_(conform.passed_through),
      checks_(std::move(checks)),
      conditions_(std::move(conditions)) {}

duckdb::unique_ptr<duckdb::OperatorState> ConformRows::GetOperatorState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<ConformState>(context, expressions_, conditions_);
}

void ConformRows::Evaluate(duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                           duckdb::ExpressionExecutor& executor) const {
  executor.SetChunk(&input);
  for (size_t i = 0; i < target_->columns.size(); ++i) {
    const WriteColumn& column = target_->columns[i];
    NamingColumn(*target_, column.name, [&] { executor.ExecuteExpression(i, chunk.data[i]); });
  }
  const idx_t first_passed = input.ColumnCount() - passed_through_;
  for (idx_t i = 0; i < passed_through_; ++i) {
    chunk.data[target_->columns.size() + i].Reference(input.data[first_passed + i]);
  }
  chunk.SetCardinality(input.size());
  Store(chunk, *target_);
}

void ConformRows::Check(duckdb::DataChunk& chunk, duckdb::ExpressionExecutor& checker) const {
  CheckRequired(chunk, *target_);
  checker.SetChunk(&chunk);
  for (size_t i = 0; i < checks_.size(); ++i) {
    duckdb::Vector condition(duckdb::LogicalType::BOOLEAN);
    try {
      checker.ExecuteExpression(i, condition);
    } catch (const std::exception& failure) {
      RethrowWithCheck(failure, checks_[i], target_->SqlName());
    }
    CheckCondition(condition, checks_[i], chunk, *target_);
  }
}

duckdb::OperatorResultType ConformRows::Execute(duckdb::ExecutionContext& /*context*/,
                                                duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                                                duckdb::GlobalOperatorState& /*global*/,
                                                duckdb::OperatorState& state) const {
  return engine::Guarded([&] {
    auto& own = state.Cast<ConformState>();
    Evaluate(input, chunk, own.executor);
    Check(chunk, own.checker);
    return duckdb::OperatorResultType::NEED_MORE_INPUT;
  });
}

}  // namespace laguna::catalog
