// SPDX-License-Identifier: Apache-2.0
#include "engine/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace laguna::engine {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

// As the session shows it: only it knows its time zone.
std::string TextOf(const duckdb::Value& value, duckdb::ClientContext& context) {
  std::string text = value.CastAs(context, LogicalType::VARCHAR).ToString();
  return IsTimestamp(value.type()) ? Rfc3339(text) : text;
}

std::string Array(const duckdb::vector<duckdb::Value>& elements, duckdb::ClientContext& context) {
  std::string json = "[";
  for (const duckdb::Value& element : elements) {
    json += (json.size() > 1 ? "," : "") + JsonText(element, context);
  }
  return json + "]";
}

std::string Object(const duckdb::Value& value, duckdb::ClientContext& context) {
  const auto& children = duckdb::StructValue::GetChildren(value);
  std::string json = "{";
  for (size_t i = 0; i < children.size(); ++i) {
    json += json.size() > 1 ? "," : "";
    json += JsonString(duckdb::StructType::GetChildName(value.type(), i)) + ":";
    json += JsonText(children[i], context);
  }
  return json + "}";
}

// Keys become text, whatever their type.
std::string MapObject(const duckdb::Value& value, duckdb::ClientContext& context) {
  std::string json = "{";
  for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(value)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    json += json.size() > 1 ? "," : "";
    json += JsonString(TextOf(pair[0], context)) + ":" + JsonText(pair[1], context);
  }
  return json + "}";
}

// JSON has line ends only between its tokens; there a blank does as well.
std::string OnOneLine(std::string json) {
  std::replace_if(
      json.begin(), json.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return json;
}

// A column of type JSON holds JSON already; what is broken (or NaN) goes out as text.
std::string Varchar(const duckdb::Value& value) {
  const auto& text = duckdb::StringValue::Get(value);
  if (value.type().IsJSONType() && nlohmann::json::accept(text)) {
    return OnOneLine(text);
  }
  return JsonString(text);
}

}  // namespace

std::string JsonString(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsJsonNumber(const LogicalType& type) {
  return type.IsNumeric();
}

std::string JsonNumber(std::string_view text) {
  const bool plain = text.find_first_not_of("+-0123456789.eE") == std::string_view::npos;
  if (!plain) return JsonString(text);
  // Decimals below one come without their zero, which JSON wants.
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (!digits.starts_with('.')) return std::string(text);
  return fmt::format("{}0{}", negative ? "-" : "", digits);
}

bool IsTimestamp(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS:
    case LogicalTypeId::TIMESTAMP_TZ:
      return true;
    default:
      return false;
  }
}

std::string Rfc3339(std::string_view text) {
  constexpr size_t kDateLength = 10;        // 2026-11-21
  constexpr size_t kOffsetHoursLength = 3;  // +00
  std::string time(text);
  const bool has_date = time.size() > kDateLength && time[4] == '-' && time[7] == '-';
  if (!has_date || time[kDateLength] != ' ' || time.ends_with(')')) return time;
  time[kDateLength] = 'T';
  const size_t offset = time.find_first_of("+-", kDateLength);
  if (offset == std::string::npos) return time;
  if (time.size() == offset + kOffsetHoursLength) time += ":00";
  if (time.ends_with("+00:00")) time.replace(offset, std::string::npos, "Z");
  return time;
}

std::string JsonText(const duckdb::Value& value, duckdb::ClientContext& context) {
  if (value.IsNull()) {
    return "null";
  }
  switch (value.type().id()) {
    case LogicalTypeId::BOOLEAN:
      return value.GetValue<bool>() ? "true" : "false";
    case LogicalTypeId::VARCHAR:
      return Varchar(value);
    case LogicalTypeId::LIST:
      return Array(duckdb::ListValue::GetChildren(value), context);
    case LogicalTypeId::ARRAY:
      return Array(duckdb::ArrayValue::GetChildren(value), context);
    case LogicalTypeId::STRUCT:
      return Object(value, context);
    case LogicalTypeId::MAP:
      return MapObject(value, context);
    case LogicalTypeId::VARIANT:
      return Varchar(value.CastAs(context, LogicalType::JSON()));
    case LogicalTypeId::UNION:
      return JsonText(duckdb::UnionValue::GetValue(value), context);
    default:
      return IsJsonNumber(value.type()) ? JsonNumber(value.ToString())
                                        : JsonString(TextOf(value, context));
  }
}

}  // namespace laguna::engine
