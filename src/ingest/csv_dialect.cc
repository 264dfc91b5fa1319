// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_dialect.h"

#include <algorithm>
#include <map>

namespace laguna::ingest {
namespace {

// Among equals the first file's.
std::string MostFrequentDelimiter(const std::vector<SniffedCsv>& sniffed) {
  std::map<std::string, int> votes;
  std::string best;
  for (const SniffedCsv& file : sniffed) {
    if (file.columns.size() > 1 && !file.delimiter.empty()) ++votes[file.delimiter];
  }
  for (const SniffedCsv& file : sniffed) {
    const auto own = votes.find(file.delimiter);
    if (own != votes.end() && (best.empty() || own->second > votes[best])) best = file.delimiter;
  }
  return best.empty() ? "," : best;
}

const SniffedCsv* FirstQuoted(const std::vector<SniffedCsv>& sniffed,
                              const std::string& delimiter) {
  const auto at = std::ranges::find_if(sniffed, [&](const SniffedCsv& file) {
    return file.delimiter == delimiter && !file.quote.empty();
  });
  return at == sniffed.end() ? nullptr : &*at;
}

void TakeFound(CsvDialect& dialect, const std::vector<SniffedCsv>& sniffed) {
  dialect.delimiter = MostFrequentDelimiter(sniffed);
  if (const SniffedCsv* quoted = FirstQuoted(sniffed, dialect.delimiter)) {
    dialect.quote = quoted->quote;
    dialect.escape = quoted->escape.empty() ? quoted->quote : quoted->escape;
  }
  dialect.header = false;
  bool first = true;
  for (const SniffedCsv& file : sniffed) {
    dialect.header = dialect.header || file.header;
    if (file.delimiter != dialect.delimiter || !first) continue;
    dialect.skip = file.skip;
    dialect.comment = file.comment;
    first = false;
  }
}

std::optional<std::string> TextAt(const base::JsonView& view, const char* name) {
  const auto found = view.Find(name);
  if (!found) return std::nullopt;
  return found->AsString();
}

template <class Field>
void Put(base::Json& json, const char* name, const std::optional<Field>& value) {
  if (value) json[name] = *value;
}

}  // namespace

CsvDialect CombinedDialect(const std::vector<SniffedCsv>& sniffed,
                           const ReadFilesOptions& options) {
  CsvDialect dialect;
  if (!sniffed.empty()) TakeFound(dialect, sniffed);
  dialect.delimiter = options.delimiter.value_or(dialect.delimiter);
  if (options.quote) {
    dialect.quote = *options.quote;
    dialect.escape = *options.quote;
  }
  dialect.escape = options.escape.value_or(dialect.escape);
  dialect.comment = options.comment.value_or(dialect.comment);
  dialect.header = options.header.value_or(dialect.header);
  dialect.skip = options.skip.value_or(dialect.skip);
  dialect.date_format = options.date_format;
  dialect.timestamp_format = options.timestamp_format;
  dialect.decimal_separator = options.decimal_separator;
  dialect.encoding = options.encoding;
  dialect.null_texts = options.null_texts;
  return dialect;
}

bool WasCutBy(const SniffedCsv& sniffed, const CsvDialect& dialect) {
  const bool same_quote = sniffed.quote.empty() || sniffed.quote == dialect.quote;
  const bool same_escape =
      sniffed.quote.empty() || sniffed.escape.empty() || sniffed.escape == dialect.escape;
  return sniffed.delimiter == dialect.delimiter && same_quote && same_escape &&
         sniffed.header == dialect.header && sniffed.skip == dialect.skip &&
         sniffed.comment == dialect.comment;
}

bool IsLatin1(const CsvDialect& dialect) {
  return dialect.encoding == "latin-1" || dialect.encoding == "latin1" ||
         dialect.encoding == "iso-8859-1";
}

base::Json ToJson(const CsvDialect& dialect) {
  base::Json json = base::Json::object();
  json["delim"] = dialect.delimiter;
  json["quote"] = dialect.quote;
  json["escape"] = dialect.escape;
  json["comment"] = dialect.comment;
  json["header"] = dialect.header;
  json["skip"] = dialect.skip;
  Put(json, "dateformat", dialect.date_format);
  Put(json, "timestampformat", dialect.timestamp_format);
  Put(json, "decimal_separator", dialect.decimal_separator);
  Put(json, "encoding", dialect.encoding);
  json["nullstr"] = dialect.null_texts;
  return json;
}

CsvDialect DialectFromJson(const base::JsonView& view) {
  const std::vector<std::string> names = {"delim",      "quote",           "escape",
                                          "comment",    "header",          "skip",
                                          "dateformat", "timestampformat", "decimal_separator",
                                          "encoding",   "nullstr"};
  view.RefuseUnknown(names);
  CsvDialect dialect;
  dialect.delimiter = view.Require("delim").AsString();
  dialect.quote = view.Require("quote").AsString();
  dialect.escape = view.Require("escape").AsString();
  dialect.comment = view.Require("comment").AsString();
  dialect.header = view.Require("header").AsBoolean();
  dialect.skip = view.Require("skip").AsInteger();
  dialect.date_format = TextAt(view, "dateformat");
  dialect.timestamp_format = TextAt(view, "timestampformat");
  dialect.decimal_separator = TextAt(view, "decimal_separator");
  dialect.encoding = TextAt(view, "encoding");
  for (const base::JsonView& text : view.Require("nullstr").Elements()) {
    dialect.null_texts.push_back(text.AsString());
  }
  return dialect;
}

}  // namespace laguna::ingest
