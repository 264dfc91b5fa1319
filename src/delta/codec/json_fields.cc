// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/json_fields.h"

#include <limits>

namespace laguna::delta {

void ExpectJson(JsonPlace place, std::string_view expected) {
  std::string where = place.field.empty() ? fmt::format("\"{}\"", place.object)
                                          : fmt::format("\"{}.{}\"", place.object, place.field);
  throw JsonMismatch{std::move(where), std::string(expected)};
}

std::string_view ReadText(JsonValue value, JsonPlace place) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) ExpectJson(place, "a string");
  return text;
}

std::string ReadString(JsonValue value, JsonPlace place) {
  return std::string(ReadText(value, place));
}

int64_t ReadLong(JsonValue value, JsonPlace place) {
  int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS) ExpectJson(place, "a 64-bit integer");
  return number;
}

int64_t ReadCount(JsonValue value, JsonPlace place) {
  int64_t number = ReadLong(value, place);
  if (number < 0) ExpectJson(place, "an integer that is not negative");
  return number;
}

int32_t ReadInt(JsonValue value, JsonPlace place) {
  int64_t number = ReadLong(value, place);
  if (number < 0 || number > std::numeric_limits<int32_t>::max()) {
    ExpectJson(place, "a 32-bit integer that is not negative");
  }
  return static_cast<int32_t>(number);
}

bool ReadBool(JsonValue value, JsonPlace place) {
  bool flag = false;
  if (value.get_bool().get(flag) != simdjson::SUCCESS) ExpectJson(place, "true or false");
  return flag;
}

JsonObject ReadObject(JsonValue value, JsonPlace place) {
  JsonObject object;
  if (value.get_object().get(object) != simdjson::SUCCESS) ExpectJson(place, "an object");
  return object;
}

std::string_view ReadRaw(JsonValue value) {
  std::string_view text = simdjson::to_json_string(value).value();
  while (!text.empty() && text.back() <= ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string> ReadStrings(JsonValue value, JsonPlace place) {
  simdjson::ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) ExpectJson(place, "an array of strings");
  std::vector<std::string> strings;
  for (JsonValue element : array) strings.push_back(ReadString(element, place));
  return strings;
}

std::string_view ReadProperty(JsonValue value, JsonPlace place) {
  bool is_string = value.type().value() == simdjson::ondemand::json_type::string;
  return is_string ? ReadText(value, place) : ReadRaw(value);
}

Properties ReadProperties(JsonValue value, JsonPlace place) {
  Properties properties;
  ForEachField(ReadObject(value, place), [&](std::string_view key, JsonValue entry) {
    properties.emplace(key, ReadProperty(entry, place));
  });
  return properties;
}

Properties ReadRawProperties(JsonValue value, JsonPlace place) {
  Properties properties;
  ForEachField(ReadObject(value, place), [&](std::string_view key, JsonValue entry) {
    properties.emplace(key, ReadRaw(entry));
  });
  return properties;
}

}  // namespace laguna::delta
