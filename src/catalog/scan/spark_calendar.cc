// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/spark_calendar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"
#include "duckdb/common/types/date.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/function/cast/default_casts.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

constexpr std::string_view kVersionKey = "org.apache.spark.version";
constexpr std::string_view kZoneKey = "org.apache.spark.timeZone";
constexpr std::string_view kDateTimeKey = "org.apache.spark.legacyDateTime";
constexpr std::string_view kInt96Key = "org.apache.spark.legacyINT96";

// 1582-10-15, from which on both calendars count the same.
constexpr int32_t kFirstGregorianDay = -141427;
// 1900-01-01: from here on Java's two ways agree on every time zone.
constexpr int64_t kZonesAgreeFrom = -2208988800000000;
constexpr int64_t kMicrosPerDay = 86'400'000'000;

int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

// --- The footer ---
// A key and its value stand one behind the other in Thrift's compact form: a byte for the type of
// the field, the length as a varint, the text.

std::optional<std::string_view> ValueOf(std::string_view footer, std::string_view key) {
  constexpr char kTextField = 0x18;
  const auto at = footer.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  auto rest = footer.substr(at + key.size());
  if (rest.empty() || rest.front() != kTextField) return std::string_view();
  rest.remove_prefix(1);
  // Spark's values are short: a varint of one byte.
  constexpr size_t kOneByteMax = 127;
  if (rest.empty() || static_cast<unsigned char>(rest.front()) > kOneByteMax) {
    return std::string_view();
  }
  return rest.substr(1, static_cast<size_t>(rest.front()));
}

struct SparkVersion {
  int major = 0;
  int minor = 0;
};

SparkVersion ParseVersion(std::string_view text) {
  SparkVersion version;
  const auto* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ptr != end && *major.ptr == '.') std::from_chars(major.ptr + 1, end, version.minor);
  return version;
}

bool IsUtc(std::string_view zone) {
  return zone == "UTC" || zone == "Etc/UTC" || zone == "Z" || zone == "GMT" || zone == "+00:00";
}

// --- The values ---

int64_t GregorianInstant(int64_t micros, bool in_utc) {
  if (micros >= kZonesAgreeFrom) return micros;
  if (!in_utc) {
    engine::ThrowAsDuckdb(
        base::Error(base::ErrorKind::kUnsupported, "table.calendar",
                    "A data file has times before 1900 that Spark wrote in its old way (rebase "
                    "mode LEGACY) in a time zone other than UTC; what they mean depends on what "
                    "that Java knew of the zone's history.")
            .Hint("Have Spark write the table anew with "
                  "spark.sql.parquet.datetimeRebaseModeInWrite=CORRECTED and "
                  "spark.sql.parquet.int96RebaseModeInWrite=CORRECTED."));
  }
  const auto day = FloorDivide(micros, kMicrosPerDay);
  const auto time = micros - day * kMicrosPerDay;
  return GregorianDay(static_cast<int32_t>(day)) * kMicrosPerDay + time;
}

// Changes the values of a vector in their place, down to the last field.
class Rebase {
 public:
  explicit Rebase(const FileCalendar& calendar) : calendar_(calendar) {}

  void Change(duckdb::Vector& vector, const LogicalType& in_table, duckdb::idx_t count) const {
    switch (vector.GetType().id()) {
      case LogicalTypeId::DATE:
        if (calendar_.julian) ChangeEach<int32_t>(vector, count, GregorianDay);
        break;
      case LogicalTypeId::TIMESTAMP:
      case LogicalTypeId::TIMESTAMP_TZ:
        if (HoldsOldInstants(vector.GetType(), in_table)) {
          ChangeEach<int64_t>(vector, count, [&](int64_t micros) {
            return GregorianInstant(micros, calendar_.in_utc);
          });
        }
        break;
      case LogicalTypeId::STRUCT:
        ChangeStruct(vector, in_table, count);
        break;
      case LogicalTypeId::LIST:
      case LogicalTypeId::MAP:
        Change(duckdb::ListVector::GetEntry(vector), duckdb::ListType::GetChildType(in_table),
               duckdb::ListVector::GetListSize(vector));
        break;
      default:
        break;
    }
  }

 private:
  // INT96 is the one kind of instant that a file does not call so.
  [[nodiscard]] bool HoldsOldInstants(const LogicalType& in_file,
                                      const LogicalType& in_table) const {
    if (in_table.id() != LogicalTypeId::TIMESTAMP_TZ) return false;
    return in_file.id() == LogicalTypeId::TIMESTAMP ? calendar_.julian_int96 : calendar_.julian;
  }

  void ChangeStruct(duckdb::Vector& vector, const LogicalType& in_table,
                    duckdb::idx_t count) const {
    auto& children = duckdb::StructVector::GetEntries(vector);
    const auto& types = duckdb::StructType::GetChildTypes(in_table);
    for (size_t i = 0; i < children.size() && i < types.size(); ++i) {
      Change(*children[i], types[i].second, count);
    }
  }

  template <typename Number, typename Function>
  static void ChangeEach(duckdb::Vector& vector, duckdb::idx_t count, Function function) {
    vector.Flatten(count);
    auto* values = duckdb::FlatVector::GetData<Number>(vector);
    const auto& validity = duckdb::FlatVector::Validity(vector);
    for (duckdb::idx_t row = 0; row < count; ++row) {
      if (validity.RowIsValid(row)) values[row] = function(values[row]);
    }
  }

  FileCalendar calendar_;
};

struct RebaseData final : duckdb::BoundCastData {
  RebaseData(const FileCalendar& calendar, LogicalType in_table)
      : calendar(calendar), in_table(std::move(in_table)) {}

  duckdb::unique_ptr<duckdb::BoundCastData> Copy() const override {
    return duckdb::make_uniq<RebaseData>(calendar, in_table);
  }

  FileCalendar calendar;
  LogicalType in_table;
};

bool RebaseVector(duckdb::Vector& source, duckdb::Vector& result, duckdb::idx_t count,
                  duckdb::CastParameters& parameters) {
  const auto& data = parameters.cast_data->Cast<RebaseData>();
  duckdb::VectorOperations::Copy(source, result, count, 0, 0);
  Rebase(data.calendar).Change(result, data.in_table, count);
  return true;
}

}  // namespace

FileCalendar CalendarOf(std::string_view footer) {
  FileCalendar calendar;
  const auto version_text = ValueOf(footer, kVersionKey);
  if (!version_text) return calendar;
  const auto version = ParseVersion(*version_text);
  calendar.julian = version.major < 3 || ValueOf(footer, kDateTimeKey).has_value();
  calendar.julian_int96 = version.major < 3 || (version.major == 3 && version.minor < 1) ||
                          ValueOf(footer, kInt96Key).has_value();
  calendar.in_utc = IsUtc(ValueOf(footer, kZoneKey).value_or(""));
  return calendar;
}

bool HasCalendar(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::DATE:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
      return true;
    case LogicalTypeId::LIST:
    case LogicalTypeId::MAP:
      return HasCalendar(duckdb::ListType::GetChildType(type));
    case LogicalTypeId::STRUCT:
      return std::ranges::any_of(duckdb::StructType::GetChildTypes(type),
                                 [](const auto& child) { return HasCalendar(child.second); });
    default:
      return false;
  }
}

// The date of a Julian day number (E. G. Richards, "Mapping Time"), without the Gregorian
// correction; its day of the month is counted on from the first, for 29 February 1000 is there in
// one calendar only.
int32_t GregorianDay(int32_t julian_day) {
  if (julian_day >= kFirstGregorianDay) return julian_day;
  constexpr int64_t kEpoch = 2440588;
  constexpr int64_t kFourYears = 1461;
  const int64_t c = julian_day + kEpoch + 32082;
  const auto d = FloorDivide(4 * c + 3, kFourYears);
  const auto e = c - FloorDivide(kFourYears * d, 4);
  const auto m = (5 * e + 2) / 153;
  const auto day = e - (153 * m + 2) / 5;
  const auto month = m + 3 - 12 * (m / 10);
  const auto year = d - 4800 + m / 10;
  duckdb::date_t first;
  if (!duckdb::Date::TryFromDate(static_cast<int32_t>(year), static_cast<int32_t>(month), 1,
                                 first)) {
    return julian_day;
  }
  return first.days + static_cast<int32_t>(day);
}

duckdb::unique_ptr<duckdb::Expression> InGregorian(duckdb::unique_ptr<duckdb::Expression> value,
                                                   const LogicalType& in_table,
                                                   const FileCalendar& calendar) {
  auto type = value->return_type;
  duckdb::BoundCastInfo cast(RebaseVector, duckdb::make_uniq<RebaseData>(calendar, in_table));
  return duckdb::make_uniq<duckdb::BoundCastExpression>(std::move(value), std::move(type),
                                                        std::move(cast));
}

}  // namespace laguna::catalog
