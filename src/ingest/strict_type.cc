// SPDX-License-Identifier: Apache-2.0
#include "ingest/strict_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace laguna::ingest {
namespace {

struct Strict {
  std::string_view type;
  std::string_view reader_type;
  // From a number in the braces.
  std::string_view conversion;
};

constexpr std::array<Strict, 8> kStrict = {
    {{"TINYINT", kStrictTinyint, "CAST({} AS TINYINT)"},
     {"SMALLINT", kStrictSmallint, "CAST({} AS SMALLINT)"},
     {"INTEGER", kStrictInteger, "CAST({} AS INTEGER)"},
     {"BIGINT", kStrictBigint, "CAST({} AS BIGINT)"},
     {"DOUBLE", kStrictDouble, "CAST({} AS DOUBLE)"},
     {"BOOLEAN", kStrictBoolean, "CAST({} AS BOOLEAN)"},
     {"DATE", kStrictDate, "DATE '1970-01-01' + CAST({} AS INTEGER)"},
     {"TIMESTAMP", kStrictTimestamp, "make_timestamp(CAST({} AS BIGINT))"}}};

constexpr const char* kIsoDate = "%Y-%m-%d";
constexpr const char* kIsoTimestamp = "%Y-%m-%d %H:%M:%S";

const Strict* Find(const std::string& type, const CsvDialect& dialect) {
  // The format of all others.
  if (type == "DATE" && dialect.date_format.value_or(kIsoDate) != kIsoDate) return nullptr;
  if (type == "TIMESTAMP" && dialect.timestamp_format.value_or(kIsoTimestamp) != kIsoTimestamp) {
    return nullptr;
  }
  if (type == "DOUBLE" && dialect.decimal_separator.value_or(".") != ".") return nullptr;
  const auto at =
      std::ranges::find_if(kStrict, [&](const Strict& strict) { return strict.type == type; });
  return at == kStrict.end() ? nullptr : &*at;
}

}  // namespace

bool IsStrict(const std::string& type, const CsvDialect& dialect) {
  return Find(type, dialect) != nullptr;
}

std::string ReaderType(const std::string& type, const CsvDialect& dialect) {
  const Strict* strict = Find(type, dialect);
  return strict == nullptr ? type : std::string(strict->reader_type);
}

std::string FromReaderType(const std::string& column, const std::string& type,
                           const CsvDialect& dialect) {
  const Strict* strict = Find(type, dialect);
  return strict == nullptr ? column : fmt::format(fmt::runtime(strict->conversion), column);
}

}  // namespace laguna::ingest
