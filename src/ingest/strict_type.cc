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

constexpr std::array<Strict, 6> kStrict = {
    {{"TINYINT", kStrictTinyint, "CAST({} AS TINYINT)"},
     {"SMALLINT", kStrictSmallint, "CAST({} AS SMALLINT)"},
     {"INTEGER", kStrictInteger, "CAST({} AS INTEGER)"},
     {"BIGINT", kStrictBigint, "CAST({} AS BIGINT)"},
     {"DATE", kStrictDate, "DATE '1970-01-01' + CAST({} AS INTEGER)"},
     {"TIMESTAMP", kStrictTimestamp, "make_timestamp(CAST({} AS BIGINT))"}}};

const Strict* Find(const std::string& type, const CsvDialect& dialect) {
  if (type == "DATE" && dialect.date_format) return nullptr;
  if (type == "TIMESTAMP" && dialect.timestamp_format) return nullptr;
  const auto at =
      std::ranges::find_if(kStrict, [&](const Strict& strict) { return strict.type == type; });
  return at == kStrict.end() ? nullptr : &*at;
}

}  // namespace

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
