// SPDX-License-Identifier: Apache-2.0
// Fields of JSON objects, read in one pass with simdjson's On-Demand parser: a table says which
// field goes where, and what no table names is skipped without being looked at. For the codecs of
// this folder.
//
// Reading throws JsonMismatch for a value of another kind, and simdjson's error for broken JSON;
// the codec that knows the file and the line makes an Error of both. Where a value stands is put
// into words only then.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"

namespace laguna::delta {

struct JsonPlace {
  std::string_view object;
  // Empty: the object itself.
  std::string_view field = {};
};

struct JsonMismatch {
  std::string where;
  std::string expected;
};

[[noreturn]] void ExpectJson(JsonPlace place, std::string_view expected);

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;

// Holds until the next document is parsed.
std::string_view ReadText(JsonValue value, JsonPlace place);
std::string ReadString(JsonValue value, JsonPlace place);
int64_t ReadLong(JsonValue value, JsonPlace place);
// Not negative.
int64_t ReadCount(JsonValue value, JsonPlace place);
// 32 bits, not negative.
int32_t ReadInt(JsonValue value, JsonPlace place);
bool ReadBool(JsonValue value, JsonPlace place);
JsonObject ReadObject(JsonValue value, JsonPlace place);
// Any value as it stands in the document.
std::string_view ReadRaw(JsonValue value);
std::vector<std::string> ReadStrings(JsonValue value, JsonPlace place);
// Strings as they are; other scalars keep their JSON text, because writers differ in what they
// quote. Null is skipped.
std::string_view ReadProperty(JsonValue value, JsonPlace place);
Properties ReadProperties(JsonValue value, JsonPlace place);
// The JSON texts of the values.
Properties ReadRawProperties(JsonValue value, JsonPlace place);

// Calls `visit(key, value)` for every field whose value is not null.
template <typename Visit>
void ForEachField(JsonObject object, Visit visit) {
  for (auto field : object) {
    std::string_view key = field.unescaped_key();
    JsonValue value = field.value();
    if (value.is_null()) continue;
    visit(key, value);
  }
}

template <typename T>
struct FieldReader {
  std::string_view key;
  void (*read)(T& into, JsonValue value, JsonPlace place);
  bool required = false;
};

// Reads `object` by the table `fields` and checks that the required ones were there.
template <typename T, size_t kCount>
void ReadFields(T& into, JsonObject object, std::string_view name,
                const std::array<FieldReader<T>, kCount>& fields) {
  std::array<bool, kCount> seen{};
  ForEachField(object, [&](std::string_view key, JsonValue value) {
    for (size_t i = 0; i < kCount; ++i) {
      if (fields[i].key != key) continue;
      fields[i].read(into, value, {name, fields[i].key});
      seen[i] = true;
      return;
    }
  });
  for (size_t i = 0; i < kCount; ++i) {
    if (fields[i].required && !seen[i]) {
      ExpectJson({name}, fmt::format("the field \"{}\"", fields[i].key));
    }
  }
}

template <typename T, size_t kCount>
T ReadFields(JsonObject object, std::string_view name,
             const std::array<FieldReader<T>, kCount>& fields) {
  T result;
  ReadFields(result, object, name, fields);
  return result;
}

}  // namespace laguna::delta
