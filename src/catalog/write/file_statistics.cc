// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/file_statistics.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/utf8.h"
#include "delta/indexed_leaf.h"
#include "delta/properties.h"

namespace laguna::catalog {

namespace {

using delta::ColumnPath;
using delta::DataType;
using delta::Primitive;
using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Bounds {
  std::optional<std::string> min;
  std::optional<std::string> max;
};

// A finite number is spelled the same in DuckDB and JSON. Zero has two signs that some readers
// tell apart: the bounds hold both.
std::optional<std::string> FloatBound(const std::optional<std::string>& text, bool upper) {
  if (!text) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc() || end != text->data() + text->size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  if (value == 0) return upper ? "0.0" : "-0.0";
  return text;
}

// Digits, with a point at any place among them.
bool IsNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto points = std::count(text.begin(), text.end(), '.');
  const bool plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
  return plain && points <= 1 && text.size() > static_cast<size_t>(points);
}

std::optional<std::string> NumberBound(const std::optional<std::string>& text) {
  if (!text || !IsNumber(*text)) return std::nullopt;
  // DuckDB leaves the zero before a decimal point away; JSON wants it.
  std::string_view digits = *text;
  std::string number;
  if (digits.front() == '-') {
    number.push_back('-');
    digits.remove_prefix(1);
  }
  if (digits.starts_with('.')) number.push_back('0');
  if (digits.ends_with('.')) digits.remove_suffix(1);
  number.append(digits);
  return number;
}

// Reads "2024-02-29"; nothing for years that do not have four digits (BC, infinity).
std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](size_t from, size_t count, auto& into) {
    const char* end = text.data() + from + count;
    return std::from_chars(text.data() + from, end, into).ptr == end;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::string> DateBound(const std::optional<std::string>& text) {
  return text && ParseDate(*text) ? text : std::nullopt;
}

// Reads "12:34:56[.123456]" into microseconds.
std::optional<microseconds> ParseTime(std::string_view text) {
  int64_t parts[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (text.size() < 2) return std::nullopt;
    if (std::from_chars(text.data(), text.data() + 2, parts[i]).ptr != text.data() + 2) {
      return std::nullopt;
    }
    text.remove_prefix(2);
    if (i < 2 && (text.empty() || text.front() != ':')) return std::nullopt;
    if (i < 2) text.remove_prefix(1);
  }
  int64_t fraction = 0;
  if (!text.empty()) {
    if (text.front() != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
    std::string digits(text.substr(1));
    digits.resize(6, '0');
    if (std::from_chars(digits.data(), digits.data() + 6, fraction).ptr != digits.data() + 6) {
      return std::nullopt;
    }
  }
  return std::chrono::hours(parts[0]) + std::chrono::minutes(parts[1]) +
         std::chrono::seconds(parts[2]) + microseconds(fraction);
}

// DuckDB prints "2024-02-29 12:34:56.123456", with "+00" after it for instants (always UTC here).
std::optional<std::string> TimestampBound(const std::optional<std::string>& text, bool upper,
                                          std::string_view suffix) {
  if (!text || text->size() < 19) return std::nullopt;
  std::string_view rest(*text);
  if (rest.ends_with("+00")) rest.remove_suffix(3);
  const auto date = ParseDate(rest.substr(0, 10));
  const auto time = ParseTime(rest.substr(11));
  if (!date || !time) return std::nullopt;
  const auto exact = std::chrono::sys_time<microseconds>(*date) + *time;
  const auto cut =
      upper ? std::chrono::ceil<milliseconds>(exact) : std::chrono::floor<milliseconds>(exact);
  const auto day = std::chrono::floor<std::chrono::days>(cut);
  const std::chrono::year_month_day calendar(day);
  if (int(calendar.year()) > 9999) return std::nullopt;
  const std::chrono::hh_mm_ss<milliseconds> clock(cut - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}", int(calendar.year()),
                     unsigned(calendar.month()), unsigned(calendar.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count(),
                     suffix);
}

// The writer cuts long strings at 256 bytes, perhaps inside a code point; what follows the one
// behind a bound no longer matters to it.
constexpr size_t kWrittenBytesMax = 256;
constexpr size_t kCodePointBytesMax = 4;
constexpr size_t kPrefixLengthMax = kWrittenBytesMax / kCodePointBytesMax - 1;

std::optional<std::string> WholeCodePoints(const std::optional<std::string>& text, size_t count) {
  if (!text) return std::nullopt;
  const std::string_view head = base::TruncateCodePoints(*text, count);
  if (!base::IsUtf8(head)) return std::nullopt;
  return std::string(head);
}

Bounds StringBounds(const WrittenColumn& column, size_t length) {
  Bounds bounds;
  const auto min = WholeCodePoints(column.min, length + 1);
  const auto max = WholeCodePoints(column.max, length + 1);
  if (min) bounds.min = delta::TruncateMin(*min, length);
  if (max) bounds.max = delta::TruncateMax(*max, length);
  return bounds;
}

Bounds BoundsOf(Primitive type, const WrittenColumn& column, size_t length) {
  switch (type) {
    case Primitive::kByte:
    case Primitive::kShort:
    case Primitive::kInteger:
    case Primitive::kLong:
      return {NumberBound(column.min), NumberBound(column.max)};
    case Primitive::kFloat:
    case Primitive::kDouble:
      return {FloatBound(column.min, false),
              column.has_nan ? std::nullopt : FloatBound(column.max, true)};
    case Primitive::kDate:
      return {DateBound(column.min), DateBound(column.max)};
    case Primitive::kTimestamp:
      return {TimestampBound(column.min, false, "Z"), TimestampBound(column.max, true, "Z")};
    case Primitive::kTimestampNtz:
      return {TimestampBound(column.min, false, ""), TimestampBound(column.max, true, "")};
    case Primitive::kString:
      return StringBounds(column, length);
    case Primitive::kBoolean:
    case Primitive::kBinary:
    case Primitive::kVariant:
    case Primitive::kVoid:
      return {};
  }
  return {};
}

Bounds BoundsOf(const DataType& type, const WrittenColumn& column, size_t length) {
  if (type.AsDecimal()) return {NumberBound(column.min), NumberBound(column.max)};
  const Primitive* primitive = type.AsPrimitive();
  return primitive ? BoundsOf(*primitive, column, length) : Bounds{};
}

}  // namespace

std::vector<ColumnPath> IndexedLeaves(const delta::Metadata& metadata) {
  std::vector<ColumnPath> paths;
  for (delta::IndexedLeaf& leaf : delta::IndexedLeavesOf(metadata)) {
    paths.push_back(std::move(leaf.path));
  }
  return paths;
}

size_t StringPrefixLength(const delta::Metadata& metadata) {
  constexpr int64_t kDefault = delta::kStringPrefixLength;
  const int64_t length =
      delta::IntegerProperty(metadata.configuration, delta::kPrefixLength, kDefault);
  if (length < 0) return kDefault;
  return std::min(static_cast<size_t>(length), kPrefixLengthMax);
}

delta::FileStatistics FileStatisticsOf(const delta::Metadata& metadata, int64_t rows,
                                       const WrittenColumns& columns) {
  delta::FileStatistics statistics;
  statistics.num_records = rows;
  const size_t length = StringPrefixLength(metadata);
  for (const delta::IndexedLeaf& leaf : delta::IndexedLeavesOf(metadata)) {
    const auto column = columns.find(QuotedPath(leaf.path));
    if (column == columns.end()) continue;
    Bounds bounds = BoundsOf(leaf.type, column->second, length);
    statistics.columns[leaf.path] = {std::move(bounds.min), std::move(bounds.max),
                                     column->second.null_count};
  }
  return statistics;
}

std::string QuotedPath(const ColumnPath& path) {
  std::string quoted;
  for (const std::string& name : path) {
    if (!quoted.empty()) quoted += '.';
    quoted += '"';
    for (const char character : name) {
      if (character == '"') quoted += '"';
      quoted += character;
    }
    quoted += '"';
  }
  return quoted;
}

}  // namespace laguna::catalog
