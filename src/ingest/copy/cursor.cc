// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/quantity.h"
#include "engine/sql_text.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr std::string_view kWholeNumber = "[+-]?[0-9]{1,18}";
constexpr std::string_view kWithZone = "TIMESTAMP WITH TIME ZONE";

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes = {{
    {"TINYINT", "BIGINT"},
    {"SMALLINT", "BIGINT"},
    {"INTEGER", "BIGINT"},
    {"BIGINT", "BIGINT"},
    {"UTINYINT", "BIGINT"},
    {"USMALLINT", "BIGINT"},
    {"UINTEGER", "BIGINT"},
    {"UBIGINT", "DECIMAL(38,0)"},
    {"HUGEINT", "DECIMAL(38,0)"},
    {"FLOAT", "DOUBLE"},
    {"DOUBLE", "DOUBLE"},
    {"DATE", "TIMESTAMP"},
    {"TIMESTAMP", "TIMESTAMP"},
    {"TIMESTAMP_S", "TIMESTAMP"},
    {"TIMESTAMP_MS", "TIMESTAMP"},
    {"TIMESTAMP_NS", "TIMESTAMP"},
    {kWithZone, kWithZone},
}};

std::string Call(std::string_view function, std::string_view argument, std::string_view type) {
  return fmt::format("{}({} AS {})", function, argument, type);
}

Error BadLag(std::string_view lag, const CursorType& type) {
  return Error(ErrorKind::kInvalidInput, "copy.lag",
               fmt::format("'{}' is no lag for a cursor of type {}.", lag, type.sql))
      .Hint(type.time ? "A cursor of times or dates wants a duration, such as 30m, 1h or 2d."
                      : "A cursor of numbers wants a number, such as 5.");
}

bool IsNumber(std::string_view text) {
  const bool digits =
      std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return digits && !text.empty() && text.size() <= 18 && std::ranges::count(text, '.') <= 1 &&
         text != ".";
}

// A value as text, the same for all types that hold the same value.
std::string HashedText(const HashedColumn& column) {
  const std::string name = QuotedName(column.name);
  const std::string text = Call("CAST", name, "VARCHAR");
  if (column.type == "DOUBLE" || column.type == "FLOAT") {
    return fmt::format("regexp_replace({}, '\\.0$', '')", text);
  }
  if (column.type.starts_with("DECIMAL(") && !column.type.ends_with(",0)")) {
    return fmt::format("rtrim(rtrim({}, '0'), '.')", text);
  }
  const std::string in_utc = column.type == kWithZone
                                 ? Call("CAST", fmt::format("timezone('UTC', {})", name), "VARCHAR")
                                 : text;
  return column.type.starts_with("TIMESTAMP")
             ? fmt::format("regexp_replace({}, ' 00:00:00$', '')", in_utc)
             : in_utc;
}

}  // namespace

std::optional<CursorType> CursorTypeOf(std::string_view column_type) {
  if (column_type.starts_with("DECIMAL(")) {
    const std::string_view scale = column_type.substr(column_type.find(',') + 1);
    return CursorType{fmt::format("DECIMAL(38,{}", scale), false};
  }
  const auto* const found =
      std::ranges::find(kTypes, column_type, &std::pair<std::string_view, std::string_view>::first);
  if (found == kTypes.end()) return std::nullopt;
  return CursorTypeNamed(std::string(found->second));
}

CursorType CursorTypeNamed(const std::string& sql) {
  return {.sql = sql, .time = sql.starts_with("TIMESTAMP")};
}

std::string HasOffset(std::string_view text) {
  return fmt::format(
      "(contains({0}, '+') OR ends_with(upper({0}), 'Z') OR contains(substr({0}, 11), '-'))", text);
}

std::string TrimmedText(std::string_view column) {
  return fmt::format("nullif(trim({}), '')", column);
}

std::string IsBadText(std::string_view column, std::string_view cursor) {
  return fmt::format("{} IS NULL AND {} IS NOT NULL", cursor, TrimmedText(column));
}

std::span<const CursorType> CursorTypesOfText() {
  static const std::array<CursorType, 4> types = {
      CursorTypeNamed("BIGINT"), CursorTypeNamed("DOUBLE"), CursorTypeNamed("TIMESTAMP"),
      CursorTypeNamed(std::string(kWithZone))};
  return types;
}

std::string CursorOfText(std::string_view column, const CursorType& type) {
  const std::string text = TrimmedText(column);
  const std::string value = Call("TRY_CAST", text, type.sql);
  if (type.sql == "BIGINT") {  // a cast would round 1.5
    return fmt::format("CASE WHEN regexp_full_match({}, '{}') THEN {} END", text, kWholeNumber,
                       value);
  }
  if (type.sql != "TIMESTAMP") return value;
  return fmt::format("CASE WHEN NOT {} THEN {} END", HasOffset(text), value);
}

std::string CursorOfFormattedText(std::string_view column, std::string_view format,
                                  const CursorType& type) {
  const std::string parsed =
      fmt::format("try_strptime({}, {})", TrimmedText(column), QuotedText(format));
  return Call("TRY_CAST", parsed, type.sql);
}

CursorType CursorTypeOfFormat(std::string_view format) {
  const bool zone =
      format.find("%z") != std::string_view::npos || format.find("%Z") != std::string_view::npos;
  return CursorTypeNamed(zone ? std::string(kWithZone) : "TIMESTAMP");
}

std::string LowerBound(std::string_view value, std::string_view lag, const CursorType& type) {
  const std::string top = Call("CAST", QuotedText(value), type.sql);
  if (lag.empty()) return top;
  if (!type.time) {
    const bool whole = type.sql == "BIGINT" || type.sql.ends_with(",0)");
    const bool fraction = whole && lag.find('.') != std::string_view::npos;
    if (!IsNumber(lag) || fraction) throw BadLag(lag, type);
    return fmt::format("{} - {}", top, Call("CAST", QuotedText(lag), type.sql));
  }
  const auto duration = base::ParseDuration(lag);
  if (!duration) throw BadLag(lag, type);
  return fmt::format("{} - to_milliseconds({})", top, duration->count());
}

// A cursor without a zone is compared as if it were UTC; a day covers that too.
std::string IsAhead(std::string_view expression, const CursorType& type, int64_t now_ms) {
  if (!type.time) return "false";
  const std::string latest = base::FormatIsoMs(now_ms + kCursorAheadMaxMs);
  return fmt::format("({0} > {1} AND isfinite({0}))", expression,
                     Call("CAST", QuotedText(latest), type.sql));
}

std::string HighestOf(std::string_view expression, const CursorType& type, int64_t now_ms) {
  if (type.sql == "BIGINT" || type.sql.starts_with("DECIMAL")) {
    return fmt::format("max({})", expression);
  }
  return fmt::format("max({0}) FILTER (isfinite({0}) AND NOT {1})", expression,
                     IsAhead(expression, type, now_ms));
}

std::string RowHash(const std::vector<HashedColumn>& columns) {
  std::vector<std::pair<std::string, std::string>> sorted;
  for (const HashedColumn& column : columns) {
    std::string name = column.name;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    sorted.emplace_back(std::move(name), HashedText(column));
  }
  std::ranges::sort(sorted);
  std::string parts = "''";
  for (const auto& [column, value] : sorted) {
    const std::string name = fmt::format("{}:{}=", column.size(), column);
    parts += fmt::format(", {} || strlen({}) || ':' || {}", QuotedText(name), value, value);
  }
  return fmt::format("md5(concat({}))", parts);
}

}  // namespace laguna::ingest
