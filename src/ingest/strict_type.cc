// SPDX-License-Identifier: Apache-2.0
#include "ingest/strict_type.h"

#include <fmt/format.h>

#include "engine/sql_text.h"

namespace laguna::ingest {
namespace {

using engine::QuotedText;

// The reader keeps such a column as it is.
bool IsText(const SourceColumn& column) {
  return column.type == "VARCHAR";
}

std::string FormatFor(const std::string& type, const CsvDialect& dialect) {
  constexpr const char* kIsoDate = "%Y-%m-%d";
  constexpr const char* kIsoTimestamp = "%Y-%m-%d %H:%M:%S";
  std::string format;
  if (type == "DATE") format = dialect.date_format.value_or("");
  if (type == "TIMESTAMP") format = dialect.timestamp_format.value_or("");
  return format == kIsoDate || format == kIsoTimestamp ? std::string() : format;
}

}  // namespace

std::string ReaderType(const SourceColumn& column, const CsvDialect& dialect) {
  if (IsText(column)) return column.type;
  std::string type = fmt::format("{}({}, {}, {}, {}", kStrictType, QuotedText(column.type),
                                 QuotedText(column.given ? kGivenChoice : kFoundChoice),
                                 QuotedText(FormatFor(column.type, dialect)),
                                 QuotedText(dialect.decimal_separator.value_or(".")));
  for (const std::string& text : dialect.null_texts) type += ", " + QuotedText(text);
  return type + ")";
}

std::string FromReaderType(const std::string& expression, const SourceColumn& column,
                           const CsvDialect& dialect) {
  if (!IsText(column)) return fmt::format("{}({})", kStrictValueFunction, expression);
  if (dialect.null_texts.empty()) return expression;
  // They count in quotes too.
  std::string texts;
  for (const std::string& text : dialect.null_texts) {
    texts += (texts.empty() ? "" : ", ") + QuotedText(text);
  }
  return fmt::format("CASE WHEN {0} IN ({1}) THEN NULL ELSE {0} END", expression, texts);
}

}  // namespace laguna::ingest
