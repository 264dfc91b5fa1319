// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/store_assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "duckdb/common/string_util.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace laguna::catalog {

namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

bool IsTemporal(const LogicalType& type) {
  return type.id() == LogicalTypeId::DATE || type.id() == LogicalTypeId::TIMESTAMP ||
         type.id() == LogicalTypeId::TIMESTAMP_TZ || type.id() == LogicalTypeId::TIMESTAMP_SEC ||
         type.id() == LogicalTypeId::TIMESTAMP_MS || type.id() == LogicalTypeId::TIMESTAMP_NS;
}

bool IsList(const LogicalType& type) {
  return type.id() == LogicalTypeId::LIST || type.id() == LogicalTypeId::ARRAY;
}

const LogicalType& ElementOf(const LogicalType& type) {
  return type.id() == LogicalTypeId::LIST ? duckdb::ListType::GetChildType(type)
                                          : duckdb::ArrayType::GetChildType(type);
}

// Types that stand for what the parser does not know better: any column takes them.
bool IsUntyped(const LogicalType& type) {
  return type.id() == LogicalTypeId::SQLNULL || type.id() == LogicalTypeId::UNKNOWN ||
         type.id() == LogicalTypeId::INTEGER_LITERAL || type.id() == LogicalTypeId::STRING_LITERAL;
}

std::string Differs(const LogicalType& from, const LogicalType& to) {
  return fmt::format("is {} in the rows and {} in the table", from.ToString(), to.ToString());
}

std::optional<std::string> StructMisfit(const LogicalType& from, const LogicalType& to) {
  const auto& given = duckdb::StructType::GetChildTypes(from);
  const auto& wanted = duckdb::StructType::GetChildTypes(to);
  if (duckdb::StructType::IsUnnamed(from)) {
    return given.size() == wanted.size() ? std::nullopt : std::optional(Differs(from, to));
  }
  for (const auto& [name, type] : given) {
    const auto match =
        std::find_if(wanted.begin(), wanted.end(), [&name = name](const auto& field) {
          return duckdb::StringUtil::CIEquals(field.first, name);
        });
    if (match == wanted.end()) {
      return fmt::format("has a field \"{}\" in the rows that the table does not have", name);
    }
    const auto inner = AssignmentMisfit(type, match->second);
    if (inner) return fmt::format("has a field \"{}\" that {}", name, *inner);
  }
  return std::nullopt;
}

// Sorts of types between which only a cast that somebody writes makes sense.
enum class Sort { kTruth, kNumber, kTime, kText, kOther };

Sort SortOf(const LogicalType& type) {
  if (type.id() == LogicalTypeId::BOOLEAN) return Sort::kTruth;
  if (type.IsNumeric()) return Sort::kNumber;
  if (IsTemporal(type)) return Sort::kTime;
  return type.id() == LogicalTypeId::VARCHAR ? Sort::kText : Sort::kOther;
}

// Whether a value can lose a part on its way: whole numbers their fraction, moments their time of
// day, decimals digits.
bool MayLose(const LogicalType& from, const LogicalType& to) {
  const bool has_fraction =
      from.id() == LogicalTypeId::FLOAT || from.id() == LogicalTypeId::DOUBLE ||
      from.id() == LogicalTypeId::DECIMAL || from.id() == LogicalTypeId::VARCHAR;
  if (to.IsIntegral()) return has_fraction;
  if (to.id() == LogicalTypeId::DECIMAL && from.id() == LogicalTypeId::DECIMAL) {
    return duckdb::DecimalType::GetScale(to) < duckdb::DecimalType::GetScale(from);
  }
  if (to.id() == LogicalTypeId::DATE) return IsTemporal(from) && from != to;
  return IsTemporal(to) && from.id() == LogicalTypeId::TIMESTAMP_NS;
}

// The type in which the value and what became of it are compared. Texts of numbers have many
// spellings.
LogicalType ComparedAs(const LogicalType& from) {
  return from.id() == LogicalTypeId::VARCHAR ? LogicalType::DOUBLE : from;
}

std::string Becomes(const duckdb::Value& before, const duckdb::Value& after) {
  return fmt::format("{} would become {}; write the cast or round() if that is meant",
                     before.ToString(), after.ToString());
}

// Arguments: the value, the value compared, the stored value compared, the stored value.
void CheckNothingLost(duckdb::DataChunk& arguments, duckdb::ExpressionState& /*state*/,
                      duckdb::Vector& result) {
  const duckdb::idx_t count = arguments.size();
  duckdb::SelectionVector lost(count);
  const duckdb::idx_t lost_count = duckdb::VectorOperations::DistinctFrom(
      arguments.data[1], arguments.data[2], nullptr, count, &lost, nullptr);
  if (lost_count > 0) {
    const duckdb::idx_t row = lost.get_index(0);
    throw duckdb::InvalidInputException(
        Becomes(arguments.data[0].GetValue(row), arguments.data[3].GetValue(row)));
  }
  result.Reference(arguments.data[3]);
}

}  // namespace

std::optional<std::string> AssignmentMisfit(const LogicalType& from, const LogicalType& to) {
  if (from == to || IsUntyped(from)) return std::nullopt;
  // DuckDB reads values of any type from their text, and says so when it cannot.
  if (from.id() == LogicalTypeId::VARCHAR || from.id() == LogicalTypeId::ENUM) return std::nullopt;
  if (IsList(from) && IsList(to)) return AssignmentMisfit(ElementOf(from), ElementOf(to));
  if (from.id() == LogicalTypeId::MAP && to.id() == LogicalTypeId::MAP) {
    const auto key = AssignmentMisfit(duckdb::MapType::KeyType(from), duckdb::MapType::KeyType(to));
    if (key) return key;
    return AssignmentMisfit(duckdb::MapType::ValueType(from), duckdb::MapType::ValueType(to));
  }
  if (from.id() == LogicalTypeId::STRUCT && to.id() == LogicalTypeId::STRUCT) {
    return StructMisfit(from, to);
  }
  // NULL comes so out of a sub-query. A number there fails when it is cast.
  const bool may_be_null = from.id() == LogicalTypeId::INTEGER;
  if (may_be_null && (to.IsNested() || IsTemporal(to))) return std::nullopt;
  if (from.IsNested() || to.IsNested()) return Differs(from, to);
  const Sort given = SortOf(from);
  const Sort wanted = SortOf(to);
  const bool fits =
      given == wanted || wanted == Sort::kText || (given == Sort::kOther && wanted == Sort::kOther);
  if (fits) return std::nullopt;
  return Differs(from, to);
}

duckdb::unique_ptr<duckdb::Expression> AssignmentCast(duckdb::ClientContext& context,
                                                      duckdb::unique_ptr<duckdb::Expression> value,
                                                      const LogicalType& type) {
  const LogicalType from = value->return_type;
  if (!MayLose(from, type)) {
    return duckdb::BoundCastExpression::AddCastToType(context, std::move(value), type);
  }
  const auto as = [&](duckdb::unique_ptr<duckdb::Expression> expression, const LogicalType& to) {
    return duckdb::BoundCastExpression::AddCastToType(context, std::move(expression), to);
  };
  const LogicalType compared = ComparedAs(from);
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> arguments;
  arguments.push_back(value->Copy());
  arguments.push_back(as(value->Copy(), compared));
  arguments.push_back(as(as(value->Copy(), type), compared));
  arguments.push_back(as(std::move(value), type));
  duckdb::ScalarFunction function("lake_assign", {from, compared, compared, type}, type,
                                  CheckNothingLost);
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(type, std::move(function),
                                                            std::move(arguments), nullptr);
}

std::optional<std::string> LossyAssignment(const duckdb::Value& value, const LogicalType& type) {
  if (value.IsNull() || !MayLose(value.type(), type)) return std::nullopt;
  duckdb::Value stored;
  duckdb::Value compared;
  duckdb::Value back;
  std::string message;
  const LogicalType as = ComparedAs(value.type());
  const bool converts = value.DefaultTryCastAs(type, stored, &message) &&
                        value.DefaultTryCastAs(as, compared, &message) &&
                        stored.DefaultTryCastAs(as, back, &message);
  // What does not fit at all is reported when it is cast.
  if (!converts || duckdb::Value::NotDistinctFrom(compared, back)) return std::nullopt;
  return Becomes(value, stored);
}

}  // namespace laguna::catalog
