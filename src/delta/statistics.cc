// SPDX-License-Identifier: Apache-2.0
#include "delta/statistics.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/utf8.h"
#include "delta/codec/json_text.h"

namespace laguna::delta {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kDepthMax = 200;

// --- Types ---

bool IsWhole(const DataType& type) {
  return type.Is(Primitive::kLong) || type.Is(Primitive::kInteger) || type.Is(Primitive::kShort) ||
         type.Is(Primitive::kByte);
}

bool IsNumeric(const DataType& type) {
  return IsWhole(type) || type.AsDecimal() != nullptr || type.Is(Primitive::kFloat) ||
         type.Is(Primitive::kDouble);
}

bool IsText(const DataType& type) {
  return type.Is(Primitive::kString) || type.Is(Primitive::kDate) ||
         type.Is(Primitive::kTimestamp) || type.Is(Primitive::kTimestampNtz);
}

// Bounds of columns of whole numbers are whole, those of decimals have no exponent.
bool IsNumberOf(const DataType& type, std::string_view number) {
  if (IsWhole(type)) return DecodeJsonInteger(number).has_value();
  if (!IsJson(number)) return false;
  bool exponent = number.find_first_of("eE") != std::string_view::npos;
  return type.AsDecimal() == nullptr || !exponent;
}

const StructField* FindPhysical(const StructType& fields, std::string_view name) {
  for (const StructField& field : fields.fields) {
    if (field.PhysicalName() == name) return &field;
  }
  return nullptr;
}

// --- Reading ---

enum class Part { kMin, kMax, kNullCount };

std::optional<std::string> ReadBound(const DataType& type, ondemand::value value) {
  switch (value.type().value()) {
    case ondemand::json_type::string:
      if (!IsText(type)) return std::nullopt;
      return std::string(std::string_view(value.get_string()));
    case ondemand::json_type::boolean:
      if (!type.Is(Primitive::kBoolean)) return std::nullopt;
      return bool(value.get_bool()) ? "true" : "false";
    case ondemand::json_type::number: {
      std::string_view token = value.raw_json_token();
      token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
      if (!IsNumeric(type) || !IsNumberOf(type, token)) return std::nullopt;
      return std::string(token);
    }
    default:
      return std::nullopt;
  }
}

void ReadLeaf(ColumnStatistics& column, const DataType& type, Part part, ondemand::value value) {
  if (part == Part::kNullCount) {
    int64_t count = 0;
    bool valid = value.get_int64().get(count) == simdjson::SUCCESS && count >= 0;
    if (valid) column.null_count = count;
    return;
  }
  std::optional<std::string> bound = ReadBound(type, value);
  if (bound) (part == Part::kMin ? column.min : column.max) = std::move(bound);
}

void ReadFields(FileStatistics& statistics, const StructType& fields, ColumnPath& path, Part part,
                ondemand::object object) {
  for (auto entry : object) {
    const StructField* field = FindPhysical(fields, std::string_view(entry.unescaped_key()));
    ondemand::value value = entry.value();
    if (field == nullptr || value.is_null()) continue;
    path.push_back(field->PhysicalName());
    const StructType* nested = field->type.AsStruct();
    ondemand::object inner;
    if (nested == nullptr) {
      ReadLeaf(statistics.columns[path], field->type, part, value);
    } else if (path.size() < kDepthMax && value.get_object().get(inner) == simdjson::SUCCESS) {
      ReadFields(statistics, *nested, path, part, inner);
    }
    path.pop_back();
  }
}

void ReadPart(FileStatistics& statistics, const Schema& schema, Part part, ondemand::value value) {
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return;
  ColumnPath path;
  ReadFields(statistics, schema, path, part, object);
}

void ReadGlobal(FileStatistics& statistics, std::string_view key, ondemand::value value) {
  int64_t count = 0;
  if (key == "numRecords" && value.get_int64().get(count) == simdjson::SUCCESS && count >= 0) {
    statistics.num_records = count;
  }
  bool tight = true;
  if (key == "tightBounds" && value.get_bool().get(tight) == simdjson::SUCCESS) {
    statistics.tight_bounds = tight;
  }
}

void ReadDocument(FileStatistics& statistics, const Schema& schema, ondemand::object document) {
  for (auto entry : document) {
    std::string_view key = entry.unescaped_key();
    ondemand::value value = entry.value();
    if (key == "minValues") {
      ReadPart(statistics, schema, Part::kMin, value);
    } else if (key == "maxValues") {
      ReadPart(statistics, schema, Part::kMax, value);
    } else if (key == "nullCount") {
      ReadPart(statistics, schema, Part::kNullCount, value);
    } else {
      ReadGlobal(statistics, key, value);
    }
  }
}

// With wide bounds a count of NULLs that is neither nothing nor everything says nothing; leaves of
// which nothing is known are as good as absent.
void Tidy(FileStatistics& statistics) {
  for (auto column = statistics.columns.begin(); column != statistics.columns.end();) {
    std::optional<int64_t>& nulls = column->second.null_count;
    bool vague =
        !statistics.tight_bounds && nulls && *nulls != 0 && nulls != statistics.num_records;
    if (vague) nulls.reset();
    column =
        column->second == ColumnStatistics{} ? statistics.columns.erase(column) : std::next(column);
  }
}

// --- Writing ---

bool HasValue(const ColumnStatistics& column, Part part) {
  if (part == Part::kNullCount) return column.null_count.has_value();
  return (part == Part::kMin ? column.min : column.max).has_value();
}

// The JSON of a leaf; nothing when the type has no such bound or the text is none.
std::optional<std::string> LeafJson(const ColumnStatistics& column, const DataType& type,
                                    Part part) {
  if (!HasValue(column, part)) return std::nullopt;
  if (part == Part::kNullCount) return std::to_string(*column.null_count);
  const std::string& text = part == Part::kMin ? *column.min : *column.max;
  if (IsText(type)) return base::IsUtf8(text) ? std::optional(JsonString(text)) : std::nullopt;
  bool is_bool = type.Is(Primitive::kBoolean) && (text == "true" || text == "false");
  if (is_bool || (IsNumeric(type) && IsNumberOf(type, text))) return text;
  return std::nullopt;
}

// Appends the object of one part; "" when nothing below `fields` has it.
std::string PartJson(const FileStatistics& statistics, const StructType& fields, ColumnPath& path,
                     Part part) {
  std::string out;
  for (const StructField& field : fields.fields) {
    path.push_back(field.PhysicalName());
    std::string json;
    if (const StructType* nested = field.type.AsStruct()) {
      json = PartJson(statistics, *nested, path, part);
    } else if (auto column = statistics.columns.find(path); column != statistics.columns.end()) {
      json = LeafJson(column->second, field.type, part).value_or("");
    }
    if (!json.empty()) {
      out += out.empty() ? '{' : ',';
      AppendJsonString(out, path.back());
      out += ':' + json;
    }
    path.pop_back();
  }
  return out.empty() ? out : out + '}';
}

bool IsLeaf(const Schema& schema, const ColumnPath& path) {
  const StructType* fields = &schema;
  const StructField* field = nullptr;
  for (const std::string& name : path) {
    field = fields == nullptr ? nullptr : FindPhysical(*fields, name);
    if (field == nullptr) return false;
    fields = field->type.AsStruct();
  }
  return field != nullptr && fields == nullptr;
}

void AppendPart(std::string& out, std::string_view key, const Schema& schema,
                const FileStatistics& statistics, Part part) {
  ColumnPath path;
  std::string json = PartJson(statistics, schema, path, part);
  out += out.back() == '{' ? "\"" : ",\"";
  out += key;
  out += "\":";
  out += json.empty() ? "{}" : json;
}

}  // namespace

FileStatistics ParseStatistics(const Schema& schema, std::string_view json) {
  FileStatistics statistics;
  if (json.empty()) return statistics;
  simdjson::padded_string padded(json);
  ondemand::parser parser;
  try {
    ondemand::document document = parser.iterate(padded);
    ReadDocument(statistics, schema, document.get_object());
  } catch (const simdjson::simdjson_error&) {
    // Broken JSON: nothing of it is trusted.
    return {};
  }
  Tidy(statistics);
  return statistics;
}

std::optional<int64_t> ParseRecordCount(std::string_view json) {
  return ParseStatistics(Schema{}, json).num_records;
}

std::string WriteStatistics(const Schema& schema, const FileStatistics& statistics) {
  for (const auto& [path, column] : statistics.columns) LAGUNA_ASSERT(IsLeaf(schema, path));
  std::string out = "{";
  if (statistics.num_records) {
    out += "\"numRecords\":" + std::to_string(*statistics.num_records);
  }
  AppendPart(out, "minValues", schema, statistics, Part::kMin);
  AppendPart(out, "maxValues", schema, statistics, Part::kMax);
  AppendPart(out, "nullCount", schema, statistics, Part::kNullCount);
  if (!statistics.tight_bounds) out += ",\"tightBounds\":false";
  return out + "}";
}

std::string TruncateMin(std::string_view value) {
  return std::string(base::TruncateCodePoints(value, kStringPrefixLength));
}

std::optional<std::string> TruncateMax(std::string_view value) {
  std::string_view prefix = base::TruncateCodePoints(value, kStringPrefixLength);
  if (prefix.size() == value.size()) return std::string(value);
  base::CodePoint next = base::DecodeUtf8(value, prefix.size());
  if (!next.valid) return std::nullopt;
  // What other writers append, too: one byte where that does, else the largest code point.
  constexpr char32_t kSmallTie = 0x7F;
  constexpr char32_t kLargestCodePoint = 0x10FFFF;
  if (next.value < kSmallTie) return std::string(prefix) + '\x7f';
  if (next.value < kLargestCodePoint) return std::string(prefix) + "\xf4\x8f\xbf\xbf";
  return std::nullopt;
}

}  // namespace laguna::delta
