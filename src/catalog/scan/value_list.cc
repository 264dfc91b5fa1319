// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/value_list.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::UnifiedVectorFormat;
using duckdb::Value;

bool IsLess(const Value& left, const Value& right) {
  return left < right;
}

// Shared by copies of the expression.
struct SortedValues final : duckdb::FunctionData {
  std::shared_ptr<const std::vector<Value>> values;
  // The same where they are whole numbers, dates or timestamps; else empty.
  std::shared_ptr<const std::vector<int64_t>> numbers;

  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<SortedValues>(*this);
  }
  bool Equals(const FunctionData& other) const override {
    return values == other.Cast<SortedValues>().values;
  }
};

bool IsInt64(const duckdb::LogicalType& type) {
  return type.InternalType() == duckdb::PhysicalType::INT64;
}

bool IsInt32(const duckdb::LogicalType& type) {
  return type.InternalType() == duckdb::PhysicalType::INT32;
}

std::shared_ptr<const std::vector<int64_t>> NumbersOf(const std::vector<Value>& values) {
  auto numbers = std::make_shared<std::vector<int64_t>>();
  for (const Value& value : values) {
    if (IsInt64(value.type())) {
      numbers->push_back(value.GetValueUnsafe<int64_t>());
    } else if (IsInt32(value.type())) {
      numbers->push_back(value.GetValueUnsafe<int32_t>());
    } else {
      break;
    }
  }
  return numbers;
}

template <class Number, class Compare>
bool LiesBetween(const std::vector<Number>& values, const Number* min, const Number* max,
                 Compare less) {
  const auto first =
      min == nullptr ? values.begin() : std::lower_bound(values.begin(), values.end(), *min, less);
  return first != values.end() && (max == nullptr || !less(*max, *first));
}

// A bound, row by row; nothing where it is NULL.
template <class Number>
class NumberBounds {
 public:
  NumberBounds(duckdb::Vector& vector, duckdb::idx_t rows) {
    vector.ToUnifiedFormat(rows, format_);
  }
  const int64_t* At(duckdb::idx_t row) {
    const auto index = format_.sel->get_index(row);
    if (!format_.validity.RowIsValid(index)) return nullptr;
    number_ = UnifiedVectorFormat::GetData<Number>(format_)[index];
    return &number_;
  }

 private:
  UnifiedVectorFormat format_;
  int64_t number_ = 0;
};

template <class Number>
void SearchNumbers(const std::vector<int64_t>& numbers, duckdb::DataChunk& bounds, bool* result) {
  NumberBounds<Number> min(bounds.data[0], bounds.size());
  NumberBounds<Number> max(bounds.data[1], bounds.size());
  for (duckdb::idx_t row = 0; row < bounds.size(); ++row) {
    result[row] = LiesBetween(numbers, min.At(row), max.At(row), std::less<>());
  }
}

void SearchValues(const std::vector<Value>& values, duckdb::DataChunk& bounds, bool* result) {
  for (duckdb::idx_t row = 0; row < bounds.size(); ++row) {
    const Value min = bounds.data[0].GetValue(row);
    const Value max = bounds.data[1].GetValue(row);
    result[row] =
        LiesBetween(values, min.IsNull() ? nullptr : &min, max.IsNull() ? nullptr : &max, IsLess);
  }
}

void Search(duckdb::DataChunk& bounds, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& expression = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& list = expression.bind_info->Cast<SortedValues>();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto* holds = duckdb::FlatVector::GetData<bool>(result);
  const auto& type = expression.children[0]->return_type;
  if (IsInt64(type)) {
    SearchNumbers<int64_t>(*list.numbers, bounds, holds);
  } else if (IsInt32(type)) {
    SearchNumbers<int32_t>(*list.numbers, bounds, holds);
  } else {
    SearchValues(*list.values, bounds, holds);
  }
}

}  // namespace

duckdb::unique_ptr<duckdb::Expression> HoldsOneOf(duckdb::unique_ptr<duckdb::Expression> min,
                                                  duckdb::unique_ptr<duckdb::Expression> max,
                                                  std::vector<Value> values) {
  std::ranges::sort(values, IsLess);
  auto list = duckdb::make_uniq<SortedValues>();
  list->numbers = NumbersOf(values);
  list->values = std::make_shared<const std::vector<Value>>(std::move(values));
  duckdb::ScalarFunction function("holds_one_of", {min->return_type, max->return_type},
                                  duckdb::LogicalType::BOOLEAN, Search);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> bounds;
  bounds.push_back(std::move(min));
  bounds.push_back(std::move(max));
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(
      duckdb::LogicalType::BOOLEAN, std::move(function), std::move(bounds), std::move(list));
}

}  // namespace laguna::catalog
