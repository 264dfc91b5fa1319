// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/value_range.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "duckdb/common/string_util.hpp"
#include "duckdb/function/cast/default_casts.hpp"
#include "duckdb/function/scalar/struct_utils.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::BoundFunctionExpression;
using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;

constexpr int64_t kZoneSlackMicros = int64_t{2} * 24 * 60 * 60 * 1'000'000;

// How an expression rises with one of its arguments.
enum class Rise {
  kNever,
  kAlways,
  // Unless another calendar is set.
  kByCalendar,
  // But for changes of the zone's clocks.
  kByZone
};

template <size_t kCount>
bool IsOneOf(std::string_view name, const std::string_view (&names)[kCount]) {
  return std::ranges::find(names, name) != std::end(names);
}

bool IsLocalMoment(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::DATE:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS:
      return true;
    default:
      return false;
  }
}

bool IsInstant(const LogicalType& type) {
  return type.id() == LogicalTypeId::TIMESTAMP_TZ;
}

// Rounding keeps the order; a value that does not fit is an error for the row as for the bound.
Rise RiseOfCast(const LogicalType& from, const LogicalType& to) {
  if (from.IsNumeric() && to.IsNumeric()) return Rise::kAlways;
  if (IsLocalMoment(from) && IsLocalMoment(to)) return Rise::kAlways;
  const auto is_timestamp = [](const LogicalType& type) {
    return type.id() == LogicalTypeId::TIMESTAMP;
  };
  if (IsInstant(from) && (is_timestamp(to) || to.id() == LogicalTypeId::DATE)) return Rise::kByZone;
  if (is_timestamp(from) && IsInstant(to)) return Rise::kByZone;
  // Midnights are a day apart, and no change of a clock is larger.
  if (from.id() == LogicalTypeId::DATE && IsInstant(to)) return Rise::kByCalendar;
  return Rise::kNever;
}

bool IsYearPart(std::string_view part) {
  constexpr std::string_view kParts[] = {"year", "isoyear", "decade", "century", "millennium"};
  return IsOneOf(part, kParts);
}

bool IsEpochPart(std::string_view part) {
  constexpr std::string_view kParts[] = {"epoch", "epoch_ms", "epoch_us", "epoch_ns"};
  return IsOneOf(part, kParts);
}

Rise RiseOfPart(std::string_view part, const LogicalType& type) {
  if (IsEpochPart(part)) {
    return IsLocalMoment(type) || IsInstant(type) ? Rise::kAlways : Rise::kNever;
  }
  if (!IsYearPart(part)) return Rise::kNever;
  if (IsLocalMoment(type)) return Rise::kAlways;
  return IsInstant(type) ? Rise::kByZone : Rise::kNever;
}

// Cut to hours and less, an instant depends on where in the zone's changes it lies; from days on
// no change of a clock is large enough.
Rise RiseOfTruncation(std::string_view unit, const LogicalType& type) {
  if (IsLocalMoment(type)) return Rise::kAlways;
  constexpr std::string_view kCoarse[] = {"day",  "week",   "month",   "quarter",
                                          "year", "decade", "century", "millennium"};
  return IsInstant(type) && IsOneOf(unit, kCoarse) ? Rise::kByZone : Rise::kNever;
}

// A sum rises with a whole number, and with a date or local time whatever is added to it.
Rise RiseOfSum(const LogicalType& type) {
  return type.IsIntegral() || IsLocalMoment(type) ? Rise::kAlways : Rise::kNever;
}

std::optional<std::string> ConstantText(const Expression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return std::nullopt;
  const auto& value = expression.Cast<duckdb::BoundConstantExpression>().value;
  if (value.IsNull() || value.type().id() != LogicalTypeId::VARCHAR) return std::nullopt;
  return duckdb::StringUtil::Lower(duckdb::StringValue::Get(value));
}

bool IsConstant(const Expression& expression) {
  return expression.GetExpressionClass() == ExpressionClass::BOUND_CONSTANT;
}

struct RisingArgument {
  size_t index = 0;
  Rise rise = Rise::kNever;
};

RisingArgument RiseOfTwo(const BoundFunctionExpression& function) {
  const auto& name = function.function.name;
  const auto& first = *function.children[0];
  const auto& second = *function.children[1];
  if (name == "+" || name == "-") {
    if (IsConstant(second)) return {0, RiseOfSum(first.return_type)};
    if (IsConstant(first) && name == "+") return {1, RiseOfSum(second.return_type)};
    return {};
  }
  const auto part = ConstantText(first);
  if (!part) return {};
  if (name == "date_part" || name == "datepart") return {1, RiseOfPart(*part, second.return_type)};
  if (name == "date_trunc" || name == "datetrunc") {
    return {1, RiseOfTruncation(*part, second.return_type)};
  }
  return {};
}

RisingArgument RiseOf(const BoundFunctionExpression& function) {
  if (function.children.size() == 2) return RiseOfTwo(function);
  if (function.children.size() != 1) return {};
  return {0, RiseOfPart(function.function.name, function.children[0]->return_type)};
}

// With other calendars years begin anew.
bool IsGregorian(duckdb::ClientContext& context) {
  duckdb::Value calendar;
  return context.TryGetCurrentSetting("Calendar", calendar) && !calendar.IsNull() &&
         calendar.ToString() == "gregorian";
}

ExpressionPtr CastAs(const duckdb::BoundCastExpression& cast, ExpressionPtr child) {
  auto copy = cast.Copy();
  copy->Cast<duckdb::BoundCastExpression>().child = std::move(child);
  return copy;
}

// As if the session's zone were UTC. The bound has moved outwards by more than any zone is away
// from that, and asking the zone about each of hundreds of thousands of bounds would take longer
// than all the rest.
ExpressionPtr CastOutsideZones(ExpressionPtr bound, const LogicalType& type) {
  const LogicalType same_micros(IsInstant(bound->return_type) ? LogicalTypeId::TIMESTAMP
                                                              : LogicalTypeId::TIMESTAMP_TZ);
  auto moment = duckdb::make_uniq<duckdb::BoundCastExpression>(
      std::move(bound), same_micros, duckdb::BoundCastInfo(duckdb::DefaultCasts::ReinterpretCast));
  return duckdb::BoundCastExpression::AddDefaultCastToType(std::move(moment), type);
}

class RangeFinder {
 public:
  RangeFinder(duckdb::ClientContext& context, const ScanColumns& columns, BoundsChunk& bounds)
      : context_(context), columns_(columns), bounds_(bounds) {}

  std::optional<ValueRange> Find(const Expression& expression, int64_t slack_micros) {
    if (const auto column = columns_.Find(expression)) return OfColumn(*column, slack_micros);
    switch (expression.GetExpressionClass()) {
      case ExpressionClass::BOUND_CONSTANT:
        return ValueRange{expression.Copy(), expression.Copy(), std::nullopt};
      case ExpressionClass::BOUND_CAST:
        return OfCast(expression.Cast<duckdb::BoundCastExpression>(), slack_micros);
      case ExpressionClass::BOUND_FUNCTION:
        return OfFunction(expression.Cast<BoundFunctionExpression>(), slack_micros);
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<ValueRange> OfColumn(const ScanColumn& column, int64_t slack_micros) {
    if (slack_micros != 0 && column.type().id() != LogicalTypeId::TIMESTAMP &&
        !IsInstant(column.type())) {
      return std::nullopt;
    }
    return ValueRange{bounds_.ReadWidened(column, BoundPart::kMin, slack_micros),
                      bounds_.ReadWidened(column, BoundPart::kMax, slack_micros), column};
  }

  // What stands inside an expression that rises so; nothing when it does not.
  std::optional<ValueRange> Inside(const Expression& argument, Rise rise, int64_t slack_micros) {
    if (rise == Rise::kNever) return std::nullopt;
    if (rise == Rise::kAlways) return Find(argument, slack_micros);
    if (!IsGregorian(context_)) return std::nullopt;
    if (rise == Rise::kByCalendar) return Find(argument, slack_micros);
    if (slack_micros != 0) return std::nullopt;
    return Find(argument, kZoneSlackMicros);
  }

  std::optional<ValueRange> OfCast(const duckdb::BoundCastExpression& cast, int64_t slack_micros) {
    const auto rise = RiseOfCast(cast.child->return_type, cast.return_type);
    auto range = Inside(*cast.child, rise, slack_micros);
    if (!range) return std::nullopt;
    for (auto* bound : {&range->min, &range->max}) {
      *bound = rise == Rise::kByZone ? CastOutsideZones(std::move(*bound), cast.return_type)
                                     : CastAs(cast, std::move(*bound));
    }
    return range;
  }

  std::optional<ValueRange> OfFunction(const BoundFunctionExpression& function,
                                       int64_t slack_micros) {
    const auto rising = RiseOf(function);
    if (rising.rise == Rise::kNever) return std::nullopt;
    auto range = Inside(*function.children[rising.index], rising.rise, slack_micros);
    if (!range) return std::nullopt;
    for (auto* bound : {&range->min, &range->max}) {
      auto copy = function.Copy();
      copy->Cast<BoundFunctionExpression>().children[rising.index] = std::move(*bound);
      *bound = std::move(copy);
    }
    return range;
  }

  duckdb::ClientContext& context_;
  const ScanColumns& columns_;
  BoundsChunk& bounds_;
};

}  // namespace

std::optional<ScanColumn> ScanColumns::Find(const Expression& expression) const {
  std::optional<ScanColumn> found;
  if (expression.GetExpressionClass() == ExpressionClass::BOUND_COLUMN_REF) {
    const auto& binding = expression.Cast<duckdb::BoundColumnRefExpression>().binding;
    if (binding.table_index != table_index || binding.column_index >= columns.size()) return found;
    found = ScanColumn(*files, columns[binding.column_index]);
  } else if (expression.GetExpressionClass() == ExpressionClass::BOUND_FUNCTION) {
    const auto& function = expression.Cast<BoundFunctionExpression>();
    const auto& name = function.function.name;
    if ((name != "struct_extract" && name != "struct_extract_at") || !function.bind_info) {
      return found;
    }
    const auto parent = Find(*function.children[0]);
    if (!parent) return found;
    found = parent->Child(function.bind_info->Cast<duckdb::StructExtractBindData>().index);
  }
  // The scan may have been told to read something else in the place of the column.
  if (found && found->type() != expression.return_type) found.reset();
  return found;
}

std::optional<ValueRange> RangeOf(duckdb::ClientContext& context, const Expression& expression,
                                  const ScanColumns& columns, BoundsChunk& bounds) {
  return RangeFinder(context, columns, bounds).Find(expression, 0);
}

}  // namespace laguna::catalog
