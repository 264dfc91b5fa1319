// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/strict_types.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "duckdb.hpp"
#include "duckdb/common/operator/cast_operators.hpp"
#include "duckdb/common/types/date.hpp"
#include "duckdb/common/types/timestamp.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "ingest/strict_type.h"

namespace laguna::ingest {
namespace {

using duckdb::hugeint_t;
using duckdb::idx_t;
using duckdb::string_t;

std::string_view WithoutBlanks(const string_t& text) {
  std::string_view view(text.GetData(), text.GetSize());
  while (view.starts_with(' ')) view.remove_prefix(1);
  while (view.ends_with(' ')) view.remove_suffix(1);
  return view;
}

template <class Integer>
bool ReadInteger(const string_t& text, hugeint_t& value) {
  const std::string_view view = WithoutBlanks(text);
  const char* const end = view.data() + view.size();
  Integer integer = 0;
  const auto read = std::from_chars(view.data(), end, integer);
  if (read.ec != std::errc() || read.ptr != end) return false;
  value = hugeint_t(static_cast<int64_t>(integer));
  return true;
}

// Digits without a point or an exponent.
bool IsWhole(std::string_view digits) {
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// Neither a number too large or too small, nor a whole one that a DOUBLE has not (an identifier of
// 20 digits would be another one's).
bool ReadDouble(const string_t& text, hugeint_t& value) {
  constexpr size_t kExactDigits = 15;
  std::string_view view = WithoutBlanks(text);
  if (view.starts_with('+')) view.remove_prefix(1);
  const char* const end = view.data() + view.size();
  double number = 0;
  const auto read = std::from_chars(view.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return false;
  std::string_view digits = view;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
  if (digits.size() > kExactDigits && IsWhole(digits) &&
      fmt::format("{:.0f}", std::abs(number)) != digits) {
    return false;
  }
  value.upper = 0;
  value.lower = std::bit_cast<uint64_t>(number);
  return true;
}

bool CastToDouble(duckdb::Vector& source, duckdb::Vector& result, idx_t count,
                  duckdb::CastParameters& /*parameters*/) {
  duckdb::UnaryExecutor::Execute<hugeint_t, double>(
      source, result, count, [](hugeint_t bits) { return std::bit_cast<double>(bits.lower); });
  return true;
}

bool ReadBoolean(const string_t& text, hugeint_t& value) {
  const std::string_view view = WithoutBlanks(text);
  bool truth = false;
  if (!duckdb::TryCast::Operation<string_t, bool>(
          string_t(view.data(), static_cast<uint32_t>(view.size())), truth, false)) {
    return false;
  }
  value = hugeint_t(truth ? 1 : 0);
  return true;
}

// Days since 1970.
bool ReadDate(const string_t& text, hugeint_t& value) {
  duckdb::date_t date;
  idx_t end = 0;
  bool special = false;
  const auto outcome =
      duckdb::Date::TryConvertDate(text.GetData(), text.GetSize(), end, date, special, true);
  if (outcome != duckdb::DateCastResult::SUCCESS || special) return false;
  value = hugeint_t(date.days);
  return true;
}

// Microseconds since 1970.
bool ReadTimestamp(const string_t& text, hugeint_t& value) {
  duckdb::timestamp_t timestamp;
  const auto outcome = duckdb::Timestamp::TryConvertTimestamp(text.GetData(), text.GetSize(),
                                                              timestamp, false, nullptr, true);
  if (outcome != duckdb::TimestampCastResult::SUCCESS) return false;
  if (!duckdb::Timestamp::IsFinite(timestamp)) return false;
  value = hugeint_t(timestamp.value);
  return true;
}

template <bool (*Read)(const string_t&, hugeint_t&)>
bool CastTexts(duckdb::Vector& source, duckdb::Vector& result, idx_t count,
               duckdb::CastParameters& parameters) {
  bool all = true;
  duckdb::UnaryExecutor::ExecuteWithNulls<string_t, hugeint_t>(
      source, result, count, [&](string_t text, duckdb::ValidityMask& mask, idx_t row) {
        hugeint_t value(0);
        if (text.GetSize() == 0) {
          mask.SetInvalid(row);
        } else if (!Read(text, value)) {
          all = false;
          mask.SetInvalid(row);
        }
        return value;
      });
  if (all) return true;
  const std::string message = fmt::format("A text is no {}.", result.GetType().ToString());
  if (parameters.error_message == nullptr) throw duckdb::ConversionException(message);
  if (parameters.error_message->empty()) *parameters.error_message = message;
  return false;
}

duckdb::LogicalType TypeNamed(const char* name) {
  duckdb::LogicalType type = duckdb::LogicalType::HUGEINT;
  type.SetAlias(name);
  return type;
}

template <bool (*Read)(const string_t&, hugeint_t&)>
void Register(duckdb::ExtensionLoader& loader, const char* type_name) {
  duckdb::LogicalType type = TypeNamed(type_name);
  loader.RegisterType(type_name, type);
  loader.RegisterCastFunction(duckdb::LogicalType::VARCHAR, type,
                              duckdb::BoundCastInfo(CastTexts<Read>));
}

}  // namespace

void RegisterStrictTypes(duckdb::ExtensionLoader& loader) {
  Register<ReadInteger<int8_t>>(loader, kStrictTinyint);
  Register<ReadInteger<int16_t>>(loader, kStrictSmallint);
  Register<ReadInteger<int32_t>>(loader, kStrictInteger);
  Register<ReadInteger<int64_t>>(loader, kStrictBigint);
  Register<ReadDouble>(loader, kStrictDouble);
  loader.RegisterCastFunction(TypeNamed(kStrictDouble), duckdb::LogicalType::DOUBLE,
                              duckdb::BoundCastInfo(CastToDouble));
  Register<ReadBoolean>(loader, kStrictBoolean);
  Register<ReadDate>(loader, kStrictDate);
  Register<ReadTimestamp>(loader, kStrictTimestamp);
}

}  // namespace laguna::ingest
