// SPDX-License-Identifier: Apache-2.0
#include "ingest/later_options.h"

#include <algorithm>
#include <array>
#include <string>

#include "ingest/csv_sniff.h"
#include "ingest/decode/type_name.h"

namespace laguna::ingest {
namespace {

template <class Value>
void Replace(Value& pinned, const std::optional<Value>& given) {
  if (given) pinned = *given;
}

template <class Value>
void Replace(std::optional<Value>& pinned, const std::optional<Value>& given) {
  if (given) pinned = given;
}

void TakeDialect(CsvDialect& dialect, const ReadFilesOptions& now) {
  Replace(dialect.delimiter, now.delimiter);
  if (now.quote) dialect.escape = *now.quote;
  Replace(dialect.quote, now.quote);
  Replace(dialect.escape, now.escape);
  Replace(dialect.comment, now.comment);
  Replace(dialect.header, now.header);
  Replace(dialect.skip, now.skip);
  Replace(dialect.date_format, now.date_format);
  Replace(dialect.timestamp_format, now.timestamp_format);
  Replace(dialect.decimal_separator, now.decimal_separator);
  Replace(dialect.encoding, now.encoding);
  dialect.null_texts = now.null_texts;
}

bool TakeTypes(ColumnList& columns, const ReadFilesOptions& now) {
  for (const SourceColumn& given : now.types) {
    const std::string type = CanonicalType(given.type);
    const auto at = FindColumn(columns, given.name);
    if (at && columns[*at].type != type) return false;
    if (!at) columns.push_back({given.name, type});
  }
  return true;
}

}  // namespace

bool TakeLaterOptions(PinnedFiles& pinned, const base::Json& then, const ReadFilesOptions& now) {
  const base::Json wanted = ReadingOptions(now);
  if (wanted != then) {
    constexpr std::array<const char*, 2> kFixed = {"all_varchar", "columns"};
    const bool same = std::ranges::all_of(kFixed, [&](const char* name) {
      const auto was = then.find(name);
      const auto is = wanted.find(name);
      return (was == then.end() ? base::Json() : *was) == (is == wanted.end() ? base::Json() : *is);
    });
    if (now.format.value_or(pinned.format) != pinned.format) return false;
    if (!same || !TakeTypes(pinned.columns, now)) return false;
    TakeDialect(pinned.dialect, now);
    pinned.filename = now.filename;
    pinned.rescued_data_column = now.rescued_data_column;
  }
  MarkGiven(pinned, now);
  return true;
}

}  // namespace laguna::ingest
