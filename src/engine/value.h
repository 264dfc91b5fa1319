// SPDX-License-Identifier: Apache-2.0
// A SQL value without DuckDB types, for parameters, evaluated expressions, small results and row
// sources.
//
// The alternatives are what YAML, JSON and control state can say; every other SQL type travels as
// `Typed` text (a decimal, a timestamp, a nested value) together with DuckDB's name of its type. An
// immutable value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laguna::engine {

struct Null {
  bool operator==(const Null&) const = default;
};

// `text` is what DuckDB's cast to VARCHAR gives and what its cast to `type` takes back.
struct Typed {
  std::string type;
  std::string text;
  bool operator==(const Typed&) const = default;
};

class Value;
using ValueList = std::vector<Value>;
// Field order is kept.
using ValueStruct = std::vector<std::pair<std::string, Value>>;

class Value {
 public:
  using Alternatives =
      std::variant<Null, bool, int64_t, double, std::string, Typed, ValueList, ValueStruct>;

  Value() = default;
  Value(Null) {}                                         // NOLINT(google-explicit-constructor)
  Value(bool boolean) : alternatives_(boolean) {}        // NOLINT(google-explicit-constructor)
  Value(int64_t number) : alternatives_(number) {}       // NOLINT(google-explicit-constructor)
  Value(int number) : alternatives_(int64_t{number}) {}  // NOLINT(google-explicit-constructor)
  Value(double number) : alternatives_(number) {}        // NOLINT(google-explicit-constructor)
  Value(std::string text)
      : alternatives_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Value(std::string_view text)
      : alternatives_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* text)
      : alternatives_(std::string(text)) {}                  // NOLINT(google-explicit-constructor)
  Value(Typed typed) : alternatives_(std::move(typed)) {}    // NOLINT(google-explicit-constructor)
  Value(ValueList list) : alternatives_(std::move(list)) {}  // NOLINT(google-explicit-constructor)
  Value(ValueStruct fields)
      : alternatives_(std::move(fields)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Alternatives& alternatives() const { return alternatives_; }
  [[nodiscard]] bool IsNull() const { return std::holds_alternative<Null>(alternatives_); }
  // The value as a user would read it; "NULL" for null.
  [[nodiscard]] std::string ToText() const;
  bool operator==(const Value& other) const;

 private:
  Alternatives alternatives_;
};

using NamedValues = std::map<std::string, Value>;

}  // namespace laguna::engine
