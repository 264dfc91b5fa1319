// SPDX-License-Identifier: Apache-2.0
#include "engine/value.h"

#include <fmt/format.h>

namespace laguna::engine {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') {
      quoted += '\'';
    }
    quoted += character;
  }
  return quoted + "'";
}

// Inside a list or struct text is quoted, as DuckDB shows it.
std::string NestedText(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.alternatives());
  return text != nullptr ? Quoted(*text) : value.ToText();
}

struct TextOf {
  std::string operator()(const Null&) const { return "NULL"; }
  std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
  std::string operator()(int64_t number) const { return fmt::format("{}", number); }
  std::string operator()(double number) const {
    // The shortest text that reads back as the same number; "1.0" rather than "1".
    std::string text = fmt::format("{}", number);
    if (text.find_first_not_of("-0123456789") == std::string::npos) {
      text += ".0";
    }
    return text;
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const Typed& typed) const { return typed.text; }
  std::string operator()(const ValueList& list) const {
    std::string text = "[";
    for (const Value& value : list) {
      text += (text.size() > 1 ? ", " : "") + NestedText(value);
    }
    return text + "]";
  }
  std::string operator()(const ValueStruct& fields) const {
    std::string text = "{";
    for (const auto& [name, value] : fields) {
      text += (text.size() > 1 ? ", " : "") + Quoted(name) + ": " + NestedText(value);
    }
    return text + "}";
  }
};

}  // namespace

std::string Value::ToText() const {
  return std::visit(TextOf{}, alternatives_);
}

bool Value::operator==(const Value& other) const {
  return alternatives_ == other.alternatives_;
}

}  // namespace laguna::engine
