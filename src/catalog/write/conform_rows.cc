// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/conform_rows.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::idx_t;

class ConformState final : public duckdb::OperatorState {
 public:
  ConformState(duckdb::ExecutionContext& context,
               const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& expressions)
      : executor(context.client, expressions) {}
  duckdb::ExpressionExecutor executor;
};

Error NullError(const WriteTarget& target, const std::string& column) {
  return Error(ErrorKind::kViolation, "write.not_null",
               fmt::format("Column \"{}\" of table {} is NOT NULL, but a row to write has NULL "
                           "there. Nothing was written.",
                           column, target.SqlName()))
      .Hint(fmt::format("Give \"{}\" a value in every row, or leave such rows out.", column))
      .With("table", target.SqlName())
      .With("column", column);
}

// Values that do not fit come as DuckDB's errors without the column's name.
[[noreturn]] void RethrowWithColumn(const std::exception& failure, const WriteTarget& target,
                                    const std::string& column) {
  const duckdb::ErrorData error(failure);
  switch (error.Type()) {
    case duckdb::ExceptionType::CONVERSION:
    case duckdb::ExceptionType::OUT_OF_RANGE:
    case duckdb::ExceptionType::INVALID_INPUT:
    case duckdb::ExceptionType::MISMATCH_TYPE:
    case duckdb::ExceptionType::DECIMAL:
      throw Error(ErrorKind::kInvalidInput, "write.value",
                  fmt::format("A value does not fit column \"{}\" of table {}: {}", column,
                              target.SqlName(), error.RawMessage()))
          .With("table", target.SqlName())
          .With("column", column);
    default:
      throw;
  }
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

bool HasNull(duckdb::Vector& vector, idx_t count) {
  duckdb::UnifiedVectorFormat format;
  vector.ToUnifiedFormat(count, format);
  if (format.validity.AllValid()) return false;
  for (idx_t row = 0; row < count; ++row) {
    if (!format.validity.RowIsValid(format.sel->get_index(row))) return true;
  }
  return false;
}

bool RequiresFields(const delta::DataType& type) {
  const delta::StructType* fields = type.AsStruct();
  if (!fields) return false;
  for (const delta::StructField& field : fields->fields) {
    if (!field.nullable || RequiresFields(field.type)) return true;
  }
  return false;
}

// NOT NULL fields inside a struct: NULL where the struct itself is not. `vector` is flat.
void CheckFields(duckdb::Vector& vector, const delta::StructType& fields, idx_t count,
                 const WriteTarget& target, const std::string& path) {
  const auto& entries = duckdb::StructVector::GetEntries(vector);
  for (size_t i = 0; i < fields.fields.size(); ++i) {
    const delta::StructField& field = fields.fields[i];
    duckdb::Vector& child = *entries[i];
    const std::string name = path + "." + field.name;
    for (idx_t row = 0; row < count && !field.nullable; ++row) {
      const bool is_null = duckdb::FlatVector::IsNull(child, row);
      if (is_null && !duckdb::FlatVector::IsNull(vector, row)) throw NullError(target, name);
    }
    if (RequiresFields(field.type)) CheckFields(child, *field.type.AsStruct(), count, target, name);
  }
}

void CheckRequired(duckdb::Vector& vector, const WriteColumn& column, idx_t count,
                   const WriteTarget& target) {
  if (column.required && HasNull(vector, count)) throw NullError(target, column.name);
  if (!RequiresFields(column.delta_type)) return;
  duckdb::Vector flat(vector.GetType(), count);
  duckdb::VectorOperations::Copy(vector, flat, count, 0, 0);
  CheckFields(flat, *column.delta_type.AsStruct(), count, target, column.name);
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

duckdb::PhysicalOperator& PlanConform(duckdb::ClientContext& /*context*/,
                                      duckdb::PhysicalPlanGenerator& planner, ConformPlan plan) {
  LAGUNA_ASSERT(plan.expressions.size() == plan.target->columns.size());
  LAGUNA_ASSERT(plan.passed_through <= plan.rows.types.size());
  duckdb::PhysicalOperator& rows = plan.rows;
  auto& conform = planner.Make<ConformRows>(std::move(plan));
  conform.children.push_back(rows);
  return conform;
}

ConformRows::ConformRows(duckdb::PhysicalPlan& plan, ConformPlan conform)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, TypesOf(conform),
                               conform.rows.estimated_cardinality),
      target_(std::move(conform.target)),
      expressions_(std::move(conform.expressions)),
      passed_through_(conform.passed_through) {}

duckdb::unique_ptr<duckdb::OperatorState> ConformRows::GetOperatorState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<ConformState>(context, expressions_);
}

duckdb::OperatorResultType ConformRows::Execute(duckdb::ExecutionContext& /*context*/,
                                                duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                                                duckdb::GlobalOperatorState& /*global*/,
                                                duckdb::OperatorState& state) const {
  return engine::Guarded([&] {
    duckdb::ExpressionExecutor& executor = state.Cast<ConformState>().executor;
    executor.SetChunk(&input);
    const idx_t count = input.size();
    for (size_t i = 0; i < target_->columns.size(); ++i) {
      const WriteColumn& column = target_->columns[i];
      duckdb::Vector& vector = chunk.data[i];
      try {
        executor.ExecuteExpression(i, vector);
      } catch (const std::exception& failure) {
        RethrowWithColumn(failure, *target_, column.name);
      }
      if (column.is_partition && HasEmptyValue(column.delta_type)) EmptyToNull(vector, count);
      CheckRequired(vector, column, count, *target_);
    }
    const idx_t first_passed = input.ColumnCount() - passed_through_;
    for (idx_t i = 0; i < passed_through_; ++i) {
      chunk.data[target_->columns.size() + i].Reference(input.data[first_passed + i]);
    }
    chunk.SetCardinality(count);
    return duckdb::OperatorResultType::NEED_MORE_INPUT;
  });
}

}  // namespace laguna::catalog
