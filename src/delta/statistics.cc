// SPDX-License-Identifier: Apache-2.0
#include "delta/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/utf8.h"
#include "delta/codec/json_scan.h"
#include "delta/codec/json_text.h"
#include "delta/packed_statistics.h"

namespace laguna::delta {
namespace {

// --- Types ---

bool IsJsonNumber(std::string_view text) {
  const bool begins = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  return begins && JsonLeafEnd(text, 0) == text.size();
}

bool IsWhole(const DataType& type) {
  return type.Is(Primitive::kLong) || type.Is(Primitive::kInteger) || type.Is(Primitive::kShort) ||
         type.Is(Primitive::kByte);
}

bool IsNumeric(const DataType& type) {
  return IsWhole(type) || type.AsDecimal() != nullptr || type.Is(Primitive::kFloat) ||
         type.Is(Primitive::kDouble);
}

const StructField* FindPhysical(const StructType& fields, std::string_view name) {
  for (const StructField& field : fields.fields) {
    if (field.PhysicalName() == name) return &field;
  }
  return nullptr;
}

// --- Writing ---

enum class Part { kMin, kMax, kNullCount };

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
  if (HasTextBounds(type))
    return base::IsUtf8(text) ? std::optional(JsonString(text)) : std::nullopt;
  bool is_bool = type.Is(Primitive::kBoolean) && (text == "true" || text == "false");
  if (is_bool || (IsJsonNumber(text) && IsBoundNumber(type, text))) return text;
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

bool HasTextBounds(const DataType& type) {
  return type.Is(Primitive::kString) || type.Is(Primitive::kDate) ||
         type.Is(Primitive::kTimestamp) || type.Is(Primitive::kTimestampNtz);
}

bool IsBoundNumber(const DataType& type, std::string_view number) {
  if (IsWhole(type)) return DecodeJsonInteger(number).has_value();
  const bool exponent = number.find_first_of("eE") != std::string_view::npos;
  return IsNumeric(type) && (type.AsDecimal() == nullptr || !exponent);
}

FileStatistics ParseStatistics(const Schema& schema, std::string_view json) {
  return StatisticsShapes().All(0, json, schema);
}

std::optional<int64_t> ParseRecordCount(std::string_view json) {
  return StatisticsShapes().RecordCount(0, json);
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

std::string LoosenBounds(std::string_view json) {
  constexpr std::string_view kKey = "tightBounds";
  std::optional<JsonLeaf> there;
  bool has_leaves = false;
  const bool is_object = VisitJsonLeaves(json, [&](const JsonLeaf& leaf) {
    has_leaves = true;
    if (leaf.path.size() == 1 && leaf.path.front() == kKey) there = leaf;
  });
  if (!is_object) return R"({"tightBounds":false})";
  if (there) {
    return fmt::format("{}false{}", json.substr(0, there->begin), json.substr(there->end));
  }
  const std::string_view open = json.substr(0, json.rfind('}'));
  const bool is_empty = !has_leaves && open.find('"') == std::string_view::npos;
  return fmt::format(R"({}{}"tightBounds":false}})", open, is_empty ? "" : ",");
}

std::optional<std::string> TruncateMin(std::string_view value, size_t length) {
  if (length == 0 && !value.empty()) return std::nullopt;
  return std::string(base::TruncateCodePoints(value, length));
}

std::optional<std::string> TruncateMax(std::string_view value, size_t length) {
  std::string_view prefix = base::TruncateCodePoints(value, length);
  if (prefix.size() == value.size()) return std::string(value);
  if (length == 0) return std::nullopt;
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
