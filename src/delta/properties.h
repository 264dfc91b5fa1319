// SPDX-License-Identifier: Apache-2.0
// The table properties Delta defines ("delta.appendOnly"): what they are called and which values
// they take. Keys that do not begin with "delta." are the user's and free. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "delta/action.h"

namespace laguna::delta {

enum class PropertyType {
  kBoolean,   // true, false
  kInteger,   // not negative, 64 bit
  kInterval,  // Spark's: "interval 30 days", "30 days"
  kText,
};

struct TableProperty {
  std::string_view name;
  PropertyType type = PropertyType::kText;
  // kText: the values it takes, separated by '|'; empty: any.
  std::string_view values{};
  // Set by writers, never by users.
  bool internal = false;
};

[[nodiscard]] std::span<const TableProperty> TableProperties();

// The length of a kInterval's value in milliseconds; nothing for what is none.
[[nodiscard]] std::optional<int64_t> ParseInterval(std::string_view text);
// What the table says of a property of that type, else `fallback`; a malformed value counts as not
// said.
[[nodiscard]] int64_t IntervalProperty(const Properties& properties, const std::string& name,
                                       int64_t fallback_ms);
[[nodiscard]] int64_t IntegerProperty(const Properties& properties, const std::string& name,
                                      int64_t fallback);
[[nodiscard]] bool BooleanProperty(const Properties& properties, const std::string& name,
                                   bool fallback);

// InvalidInput for delta.* keys that do not exist (with the nearest that does) or that cannot have
// the value; for entries of `properties` that `before` has alike nothing is checked: what a table
// has it may keep. "delta.constraints.<name>" is any SQL text.
void CheckProperties(const Properties& properties, const Properties& before);
// The same for what a user wrote: "delta.internal_property" for keys that only writers set.
void CheckGivenProperties(const Properties& properties);

}  // namespace laguna::delta
