// SPDX-License-Identifier: Apache-2.0
#include "engine/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace laguna::engine {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

std::string Array(const duckdb::vector<duckdb::Value>& elements) {
  std::string json = "[";
  for (const duckdb::Value& element : elements) {
    json += (json.size() > 1 ? "," : "") + JsonText(element);
  }
  return json + "]";
}

std::string Object(const duckdb::Value& value) {
  const auto& children = duckdb::StructValue::GetChildren(value);
  std::string json = "{";
  for (size_t i = 0; i < children.size(); ++i) {
    json += json.size() > 1 ? "," : "";
    json += JsonString(duckdb::StructType::GetChildName(value.type(), i)) + ":";
    json += JsonText(children[i]);
  }
  return json + "}";
}

// Keys become text, whatever their type.
std::string MapObject(const duckdb::Value& value) {
  std::string json = "{";
  for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(value)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    json += json.size() > 1 ? "," : "";
    json += JsonString(pair[0].ToString()) + ":" + JsonText(pair[1]);
  }
  return json + "}";
}

// JSON has line ends only between its tokens; there a blank does as well.
std::string OnOneLine(std::string json) {
  std::replace_if(
      json.begin(), json.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return json;
}

// A column of type JSON holds JSON already; what is broken goes out as text.
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
  return plain ? std::string(text) : JsonString(text);
}

std::string JsonText(const duckdb::Value& value) {
  if (value.IsNull()) {
    return "null";
  }
  switch (value.type().id()) {
    case LogicalTypeId::BOOLEAN:
      return value.GetValue<bool>() ? "true" : "false";
    case LogicalTypeId::VARCHAR:
      return Varchar(value);
    case LogicalTypeId::LIST:
      return Array(duckdb::ListValue::GetChildren(value));
    case LogicalTypeId::ARRAY:
      return Array(duckdb::ArrayValue::GetChildren(value));
    case LogicalTypeId::STRUCT:
      return Object(value);
    case LogicalTypeId::MAP:
      return MapObject(value);
    case LogicalTypeId::UNION:
      return JsonText(duckdb::UnionValue::GetValue(value));
    default:
      return IsJsonNumber(value.type()) ? JsonNumber(value.ToString())
                                        : JsonString(value.ToString());
  }
}

}  // namespace laguna::engine
