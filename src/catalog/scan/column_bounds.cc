// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/column_bounds.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "duckdb/common/types/date.hpp"
#include "duckdb/common/types/decimal.hpp"
#include "duckdb/common/types/hugeint.hpp"
#include "duckdb/common/types/timestamp.hpp"
#include "duckdb/storage/statistics/numeric_stats.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

enum class Side { kMin, kMax };

bool IsInteger(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsPlainDecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("-0123456789.") == std::string_view::npos;
}

std::optional<Value> GeneralCast(const std::string& text, const LogicalType& type) {
  Value value(text);
  if (!value.DefaultTryCastAs(type, true) || value.IsNull()) return std::nullopt;
  return value;
}

template <class Integer>
std::optional<Value> IntegerCast(const std::string& text, const LogicalType& type) {
  Integer value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return Value::Numeric(type, static_cast<int64_t>(value));
}

std::optional<Value> DateCast(const std::string& text) {
  duckdb::idx_t position = 0;
  duckdb::date_t date;
  bool is_special = false;
  if (duckdb::Date::TryConvertDate(text.data(), text.size(), position, date, is_special, true) !=
      duckdb::DateCastResult::SUCCESS) {
    return std::nullopt;
  }
  return Value::DATE(date);
}

std::optional<Value> TimestampCast(const std::string& text, bool is_instant) {
  duckdb::timestamp_t moment;
  const auto result =
      duckdb::Timestamp::TryConvertTimestamp(text.data(), text.size(), moment, is_instant);
  if (result != duckdb::TimestampCastResult::SUCCESS &&
      result != duckdb::TimestampCastResult::STRICT_UTC) {
    return std::nullopt;
  }
  return is_instant ? Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(moment)) : Value::TIMESTAMP(moment);
}

// Digits with at most as many behind the point as the type has; other spellings are for the engine.
std::optional<Value> DecimalCast(const std::string& text, const LogicalType& type) {
  constexpr size_t kTextMax = 18;
  constexpr int64_t kBase = 10;
  const auto scale = duckdb::DecimalType::GetScale(type);
  const auto point = std::min(text.find('.'), text.size());
  const auto behind = point < text.size() ? text.size() - point - 1 : 0;
  if (text.size() + scale > kTextMax || behind > scale) return GeneralCast(text, type);
  auto digits = text.substr(0, point);
  if (behind > 0) digits += text.substr(point + 1);
  if (!IsInteger(digits)) return GeneralCast(text, type);
  digits.append(scale - behind, '0');
  int64_t unscaled = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), unscaled);
  const auto width = duckdb::DecimalType::GetWidth(type);
  if (width > duckdb::Decimal::MAX_WIDTH_INT64) return GeneralCast(text, type);
  int64_t limit = 1;
  for (int digit = 0; digit < width; ++digit) limit *= kBase;
  if (std::abs(unscaled) >= limit) return std::nullopt;
  return Value::DECIMAL(unscaled, width, scale);
}

// As the engine's own cast from strings, without the price of setting one up for each of hundreds
// of thousands of bounds where the type is a usual one.
std::optional<Value> Cast(const std::string& text, const LogicalType& type) {
  switch (type.id()) {
    case duckdb::LogicalTypeId::TINYINT:
      return IntegerCast<int8_t>(text, type);
    case duckdb::LogicalTypeId::SMALLINT:
      return IntegerCast<int16_t>(text, type);
    case duckdb::LogicalTypeId::INTEGER:
      return IntegerCast<int32_t>(text, type);
    case duckdb::LogicalTypeId::BIGINT:
      return IntegerCast<int64_t>(text, type);
    case duckdb::LogicalTypeId::DECIMAL:
      return DecimalCast(text, type);
    case duckdb::LogicalTypeId::DATE:
      return DateCast(text);
    case duckdb::LogicalTypeId::TIMESTAMP:
      return TimestampCast(text, false);
    case duckdb::LogicalTypeId::TIMESTAMP_TZ:
      return TimestampCast(text, true);
    default:
      return GeneralCast(text, type);
  }
}

// Delta cuts timestamps to milliseconds; some writers cut towards zero, so both sides give way.
std::optional<Value> TimestampBound(const std::string& text, const LogicalType& type, Side side) {
  constexpr int64_t kMicrosPerMilli = 1000;
  const auto value = Cast(text, type);
  if (!value) return std::nullopt;
  const auto micros = value->GetValueUnsafe<duckdb::timestamp_t>();
  if (!duckdb::Timestamp::IsFinite(micros)) return std::nullopt;
  constexpr auto kLimit = std::numeric_limits<int64_t>::max() - 2 * kMicrosPerMilli;
  if (micros.value > kLimit || micros.value < -kLimit) return std::nullopt;
  const duckdb::timestamp_t widened(micros.value +
                                    (side == Side::kMax ? kMicrosPerMilli : -kMicrosPerMilli));
  return type.id() == duckdb::LogicalTypeId::TIMESTAMP_TZ
             ? Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(widened))
             : Value::TIMESTAMP(widened);
}

// Up to 15 digits survive a double; longer ones give way by more than a double's rounding.
std::optional<Value> DecimalBound(const std::string& text, const LogicalType& type, Side side) {
  constexpr int kExactDigitsMax = 15;
  if (!IsPlainDecimal(text)) return std::nullopt;
  const auto value = Cast(text, type);
  const auto width = duckdb::DecimalType::GetWidth(type);
  const auto scale = duckdb::DecimalType::GetScale(type);
  if (!value || width <= kExactDigitsMax) return value;
  const auto raw =
      value->DefaultCastAs(LogicalType::DECIMAL(duckdb::Decimal::MAX_WIDTH_DECIMAL, scale))
          .GetValueUnsafe<duckdb::hugeint_t>();
  const auto magnitude = raw < duckdb::hugeint_t(0) ? -raw : raw;
  const auto slack = magnitude / duckdb::hugeint_t(int64_t{1} << 50) + duckdb::hugeint_t(1);
  const auto widened = side == Side::kMax ? raw + slack : raw - slack;
  auto bound = Value::DECIMAL(widened, duckdb::Decimal::MAX_WIDTH_DECIMAL, scale);
  if (!bound.DefaultTryCastAs(type, true)) return std::nullopt;
  return bound;
}

std::optional<Value> FloatBound(const std::string& text, const LogicalType& type) {
  auto value = Cast(text, type);
  if (!value || !std::isfinite(value->GetValue<double>())) return std::nullopt;
  return value;
}

// Whether old files hold the column as a narrower floating point (protocol section "Type
// Widening").
bool WasFloat(const delta::StructField& field) {
  const auto* changes = field.FindMetadata("delta.typeChanges");
  return field.type.Is(delta::Primitive::kDouble) && changes != nullptr &&
         changes->find("\"float\"") != std::string::npos;
}

// The log spells a FLOAT as short as it can; as a DOUBLE it is a little less or more than that.
std::optional<Value> WithRoomForFloat(const std::optional<Value>& bound, Side side) {
  if (!bound) return bound;
  const auto value = bound->GetValue<double>();
  if (std::abs(value) > std::numeric_limits<float>::max()) return bound;
  const double as_float = static_cast<float>(value);
  return Value::DOUBLE(side == Side::kMin ? std::min(value, as_float) : std::max(value, as_float));
}

std::optional<Value> Bound(const delta::DataType& column_type, const LogicalType& type,
                           const std::string& text, Side side) {
  if (column_type.AsDecimal() != nullptr) return DecimalBound(text, type, side);
  const auto* primitive = column_type.AsPrimitive();
  if (primitive == nullptr) return std::nullopt;
  switch (*primitive) {
    case delta::Primitive::kLong:
    case delta::Primitive::kInteger:
    case delta::Primitive::kShort:
    case delta::Primitive::kByte:
      return IsInteger(text) ? Cast(text, type) : std::nullopt;
    case delta::Primitive::kFloat:
    case delta::Primitive::kDouble:
      return FloatBound(text, type);
    case delta::Primitive::kDate:
      return Cast(text, type);
    case delta::Primitive::kTimestamp:
    case delta::Primitive::kTimestampNtz:
      return TimestampBound(text, type, side);
    case delta::Primitive::kString:
      // JSON can spell halves of characters.
      if (!Value::StringIsValid(text)) return std::nullopt;
      return Value(text);
    default:
      return std::nullopt;
  }
}

}  // namespace

ColumnBounds UnknownBounds(const LogicalType& type) {
  ColumnBounds bounds;
  bounds.type = type;
  return bounds;
}

ColumnBounds ConstantBounds(const Value& value) {
  auto bounds = UnknownBounds(value.type());
  bounds.may_be_null = value.IsNull();
  bounds.may_be_value = !value.IsNull();
  if (!value.IsNull()) bounds.min = bounds.max = value;
  return bounds;
}

ColumnBounds BoundsFromStatistics(const delta::StructField& field, const LogicalType& type,
                                  const delta::ColumnStatistics* statistics,
                                  std::optional<int64_t> record_count, bool nan_counts) {
  auto bounds = UnknownBounds(type);
  if (statistics == nullptr) return bounds;
  if (statistics->null_count) {
    bounds.may_be_null = *statistics->null_count != 0;
    bounds.may_be_value = !record_count || *statistics->null_count < *record_count;
  }
  if (statistics->min) bounds.min = Bound(field.type, type, *statistics->min, Side::kMin);
  if (statistics->max) bounds.max = Bound(field.type, type, *statistics->max, Side::kMax);
  if (WasFloat(field)) {
    bounds.min = WithRoomForFloat(bounds.min, Side::kMin);
    bounds.max = WithRoomForFloat(bounds.max, Side::kMax);
  }
  const bool is_float =
      field.type.Is(delta::Primitive::kFloat) || field.type.Is(delta::Primitive::kDouble);
  if (is_float && !nan_counts) bounds.max.reset();
  return bounds;
}

duckdb::unique_ptr<duckdb::BaseStatistics> ToStatistics(const ColumnBounds& bounds) {
  if (duckdb::BaseStatistics::GetStatsType(bounds.type) != duckdb::StatisticsType::NUMERIC_STATS) {
    return nullptr;
  }
  auto statistics = duckdb::BaseStatistics::CreateUnknown(bounds.type);
  if (bounds.min) duckdb::NumericStats::SetMin(statistics, *bounds.min);
  if (bounds.max) duckdb::NumericStats::SetMax(statistics, *bounds.max);
  if (!bounds.may_be_null) statistics.Set(duckdb::StatsInfo::CANNOT_HAVE_NULL_VALUES);
  return statistics.ToUnique();
}

}  // namespace laguna::catalog
