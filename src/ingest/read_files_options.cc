// SPDX-License-Identifier: Apache-2.0
#include "ingest/read_files_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::Value;

constexpr std::array<ReadFilesOption, 21> kOptions = {{
    {"format", "VARCHAR",
     "'csv', 'json' (objects, one a line or an array of them) or 'parquet'; default: by the "
     "ending"},
    {"columns", "ANY", "all columns with their types, {'id': 'BIGINT'}; default: found once"},
    {"types", "ANY", "types of some columns, {'price': 'DOUBLE'}"},
    {"all_varchar", "BOOLEAN", "every column of a CSV file is VARCHAR"},
    {"filename", "BOOLEAN", "adds the column `filename`"},
    {"rescued_data_column", "VARCHAR",
     "takes, as JSON, what a file has in columns that are new (default '_rescued_data'); '' makes "
     "such a file an error"},
    {"max_files_per_batch", "BIGINT", "files that are committed together (default 1000)"},
    {"header", "BOOLEAN", "the first line of a CSV file names the columns"},
    {"delim", "VARCHAR", "what stands between two values (also: sep, delimiter)"},
    {"quote", "VARCHAR", "what surrounds a value"},
    {"escape", "VARCHAR", "what stands before a quote within a value"},
    {"nullstr", "ANY", "a text, or a list of texts, that means NULL"},
    {"dateformat", "VARCHAR", "such as '%d/%m/%Y'"},
    {"timestampformat", "VARCHAR", "such as '%d/%m/%Y %H:%M'"},
    {"decimal_separator", "VARCHAR", "'.' or ','"},
    {"encoding", "VARCHAR", "'utf-8', 'latin-1' or 'utf-16'"},
    {"skip", "BIGINT", "lines before the header"},
    {"comment", "VARCHAR", "what a line begins with that is to be left out"},
    {"sep", "VARCHAR", "the same as delim"},
    {"delimiter", "VARCHAR", "the same as delim"},
    {"schema", "ANY", "the same as columns"},
}};

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lowered;
}

Error Bad(std::string_view option, std::string_view expected, const Value& value) {
  return Error(ErrorKind::kInvalidInput, "read_files.option",
               fmt::format("Option {} of read_files has to be {}, not {}.", option, expected,
                           value.ToText()))
      .With("option", std::string(option));
}

Error Unknown(const std::string& name) {
  std::vector<std::string> names;
  for (const ReadFilesOption& option : kOptions) names.emplace_back(option.name);
  return Error(ErrorKind::kInvalidInput, "read_files.option",
               fmt::format("read_files has no option '{}'.", name))
      .Hint(base::SuggestName(name, names))
      .With("option", name);
}

const std::string& TextOf(std::string_view name, const Value& value) {
  const auto* text = std::get_if<std::string>(&value.alternatives());
  if (text == nullptr) throw Bad(name, "a text", value);
  return *text;
}

bool FlagOf(std::string_view name, const Value& value) {
  const auto* flag = std::get_if<bool>(&value.alternatives());
  if (flag == nullptr) throw Bad(name, "true or false", value);
  return *flag;
}

int64_t CountOf(std::string_view name, const Value& value, int64_t min) {
  const auto* count = std::get_if<int64_t>(&value.alternatives());
  if (count == nullptr || *count < min) {
    throw Bad(name, fmt::format("a whole number from {} on", min), value);
  }
  return *count;
}

std::vector<std::string> TextsOf(std::string_view name, const Value& value) {
  const auto* list = std::get_if<engine::ValueList>(&value.alternatives());
  if (list == nullptr) return {TextOf(name, value)};
  std::vector<std::string> texts;
  for (const Value& element : *list) texts.push_back(TextOf(name, element));
  if (texts.empty()) throw Bad(name, "a text or a list of texts", value);
  return texts;
}

ColumnList ColumnsOf(std::string_view name, const Value& value) {
  constexpr const char* kExpected = "names with types, {'id': 'BIGINT', 'name': 'VARCHAR'}";
  const auto* fields = std::get_if<engine::ValueStruct>(&value.alternatives());
  if (fields == nullptr || fields->empty()) throw Bad(name, kExpected, value);
  ColumnList columns;
  for (const auto& [column, type] : *fields) {
    const auto* text = std::get_if<std::string>(&type.alternatives());
    if (text == nullptr) throw Bad(name, kExpected, value);
    columns.push_back({column, *text});
  }
  return columns;
}

FileFormat FormatNamed(const Value& value) {
  const std::string name = Lowered(TextOf("format", value));
  if (name == "csv") return FileFormat::kCsv;
  if (name == "parquet") return FileFormat::kParquet;
  if (name == "json" || name == "jsonl" || name == "ndjson") return FileFormat::kJson;
  throw Bad("format", "'csv', 'json' or 'parquet'", value);
}

void TakeCsv(ReadFilesOptions& options, const std::string& name, const Value& value) {
  if (name == "header") {
    options.header = FlagOf(name, value);
  } else if (name == "all_varchar") {
    options.all_text = FlagOf(name, value);
  } else if (name == "skip") {
    options.skip = CountOf(name, value, 0);
  } else if (name == "nullstr") {
    options.null_texts = TextsOf(name, value);
  } else if (name == "quote") {
    options.quote = TextOf(name, value);
  } else if (name == "escape") {
    options.escape = TextOf(name, value);
  } else if (name == "comment") {
    options.comment = TextOf(name, value);
  } else if (name == "dateformat") {
    options.date_format = TextOf(name, value);
  } else if (name == "timestampformat") {
    options.timestamp_format = TextOf(name, value);
  } else if (name == "decimal_separator") {
    options.decimal_separator = TextOf(name, value);
  } else if (name == "encoding") {
    options.encoding = Lowered(TextOf(name, value));
  } else {
    throw Unknown(name);
  }
}

void Take(ReadFilesOptions& options, const std::string& name, const Value& value) {
  if (name == "format") {
    options.format = FormatNamed(value);
  } else if (name == "columns" || name == "schema") {
    options.columns = ColumnsOf(name, value);
  } else if (name == "types") {
    options.types = ColumnsOf(name, value);
  } else if (name == "filename") {
    options.filename = FlagOf(name, value);
  } else if (name == "rescued_data_column") {
    options.rescued_data_column = TextOf(name, value);
  } else if (name == "max_files_per_batch") {
    options.files_per_batch_max = CountOf(name, value, 1);
  } else if (name == "delim" || name == "sep" || name == "delimiter") {
    options.delimiter = TextOf(name, value);
    if (options.delimiter->empty()) throw Bad(name, "at least one character", value);
  } else {
    TakeCsv(options, name, value);
  }
}

base::Json ToJson(const ColumnList& columns) {
  base::Json json = base::Json::object();
  for (const SourceColumn& column : columns) json[column.name] = column.type;
  return json;
}

template <class Field>
void Put(base::Json& json, const char* name, const std::optional<Field>& value) {
  if (value) json[name] = *value;
}

}  // namespace

std::string_view NameOf(FileFormat format) {
  switch (format) {
    case FileFormat::kCsv:
      return "csv";
    case FileFormat::kParquet:
      return "parquet";
    case FileFormat::kJson:
      break;
  }
  return "json";
}

std::span<const ReadFilesOption> AllReadFilesOptions() {
  return kOptions;
}

ReadFilesOptions ParseReadFilesOptions(const engine::FunctionCall& call) {
  ReadFilesOptions options;
  if (call.arguments.size() != 1) {
    throw Error(ErrorKind::kInvalidInput, "read_files.pattern",
                "read_files takes one path or one list of paths, then options by name.")
        .Hint("For example read_files('landing/sales/*.csv', format => 'csv').");
  }
  options.patterns = TextsOf("path", call.arguments.front());
  for (const std::string& pattern : options.patterns) {
    if (pattern.empty()) throw Bad("path", "the path of a file or a pattern", Value(pattern));
  }
  for (const auto& [name, value] : call.named) Take(options, Lowered(name), value);
  return options;
}

base::Json ReadingOptions(const ReadFilesOptions& options) {
  base::Json json = base::Json::object();
  if (options.format) json["format"] = NameOf(*options.format);
  Put(json, "header", options.header);
  Put(json, "delim", options.delimiter);
  Put(json, "quote", options.quote);
  Put(json, "escape", options.escape);
  Put(json, "comment", options.comment);
  Put(json, "skip", options.skip);
  Put(json, "dateformat", options.date_format);
  Put(json, "timestampformat", options.timestamp_format);
  Put(json, "decimal_separator", options.decimal_separator);
  Put(json, "encoding", options.encoding);
  if (!options.null_texts.empty()) json["nullstr"] = options.null_texts;
  if (options.all_text) json["all_varchar"] = true;
  if (!options.columns.empty()) json["columns"] = ToJson(options.columns);
  if (!options.types.empty()) json["types"] = ToJson(options.types);
  if (options.filename) json["filename"] = true;
  json["rescued_data_column"] = options.rescued_data_column;
  return json;
}

}  // namespace laguna::ingest
