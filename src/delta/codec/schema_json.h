// SPDX-License-Identifier: Apache-2.0
// Delta's JSON form of a schema (protocol section "Schema Serialization Format"). Pure;
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "delta/schema.h"

namespace laguna::delta {

// How many arrays and maps may stand one inside the other: the engine's readers take twice as long
// for each further level, and for many more they do not come back.
inline constexpr int kNestedListsMax = 20;

// Corrupt ("delta.schema") for what is no schema: the message says what was expected where. Unknown
// keys are ignored, field metadata is kept as text.
[[nodiscard]] Schema ParseSchema(std::string_view json);
// As Spark writes it: one line, keys in Spark's order.
[[nodiscard]] std::string WriteSchema(const Schema& schema);

}  // namespace laguna::delta
