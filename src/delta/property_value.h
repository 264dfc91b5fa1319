// SPDX-License-Identifier: Apache-2.0
// The values of table properties: how they are spelled, and what they mean. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace laguna::delta {

enum class PropertyType {
  kBoolean,   // true, false, in any case
  kInteger,   // 32 bit, as Spark has them
  kLong,      // not negative, 64 bit
  kInterval,  // Spark's: "interval 30 days", "30 days"
  kByteSize,  // "128mb", "104857600"
  kColumns,   // "a, s.b, `odd, name`"
  kVersion,   // "2.12.0"
  kOneOf,     // the words of `values`, in any case
  kText,
};

// Which values of a type a property takes.
struct ValueRule {
  PropertyType type = PropertyType::kText;
  // kInteger: the least.
  int64_t least = 0;
  // kOneOf: separated by '|'.
  std::string_view values{};
};

[[nodiscard]] bool IsValue(const ValueRule& rule, std::string_view text);
// As the log should have it: words of a list in its spelling. The same for what is no value.
[[nodiscard]] std::string CanonicalValue(const ValueRule& rule, std::string_view text);
// For messages and tables: "a whole number from 1 on".
[[nodiscard]] std::string ValuesText(const ValueRule& rule);

// Nothing for what is neither.
[[nodiscard]] std::optional<bool> ParseBoolean(std::string_view text);
// Nothing for a number of more than 64 bits too.
[[nodiscard]] std::optional<int64_t> ParseInteger(std::string_view text);
// The length in milliseconds.
[[nodiscard]] std::optional<int64_t> ParseInterval(std::string_view text);
// A number above 0 of bytes, or of powers of 1024 of them: "100", "128mb", "1 g", "1GiB".
[[nodiscard]] std::optional<uint64_t> ParseByteSize(std::string_view text);

// InvalidInput "delta.property_value", for the caller to say what was expected.
[[nodiscard]] base::Error RefusedValue(const std::string& name, const std::string& value,
                                       std::string_view table);

// Letters of ASCII in lower case.
[[nodiscard]] std::string LowerAscii(std::string_view text);

}  // namespace laguna::delta
