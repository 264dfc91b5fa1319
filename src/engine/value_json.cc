// SPDX-License-Identifier: Apache-2.0
#include "engine/value_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/json.h"
#include "engine/json_text.h"

namespace laguna::engine {
namespace {

std::string Quoted(const std::string& text) {
  return base::DumpJson(base::Json(text));
}

// JSON has line ends only between its tokens.
std::string OnOneLine(std::string json) {
  std::ranges::replace_if(
      json, [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return json;
}

// The numbers that are no int64_t and no double; their text is their JSON.
bool IsNumber(std::string_view type) {
  return type.starts_with("DECIMAL") || type == "HUGEINT" || type == "UHUGEINT" ||
         type == "UBIGINT";
}

struct JsonOf {
  std::string operator()(const Null& /*null*/) const { return "null"; }
  std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
  std::string operator()(int64_t number) const { return fmt::format("{}", number); }
  std::string operator()(double number) const {
    const std::string text = Value(number).ToText();
    return std::isfinite(number) ? text : Quoted(text);
  }
  std::string operator()(const std::string& text) const { return Quoted(text); }
  std::string operator()(const Typed& typed) const {
    if (IsNumber(typed.type)) return JsonNumber(typed.text);
    if (typed.type.starts_with("TIMESTAMP")) return Quoted(Rfc3339(typed.text));
    if (typed.type == "JSON" && base::Json::accept(typed.text)) {
      return OnOneLine(typed.text);
    }
    return Quoted(typed.text);
  }
  std::string operator()(const ValueList& list) const {
    std::string json = "[";
    for (const Value& element : list) {
      if (json.size() > 1) json += ",";
      json += ToJsonText(element);
    }
    return json + "]";
  }
  std::string operator()(const ValueStruct& fields) const {
    std::string json = "{";
    for (const auto& [name, field] : fields) {
      if (json.size() > 1) json += ",";
      json += fmt::format("{}:{}", Quoted(name), ToJsonText(field));
    }
    return json + "}";
  }
};

}  // namespace

std::string ToJsonText(const Value& value) {
  return std::visit(JsonOf{}, value.alternatives());
}

}  // namespace laguna::engine
