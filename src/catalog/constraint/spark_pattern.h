// SPDX-License-Identifier: Apache-2.0
// Patterns of Spark SQL as the engine's. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace laguna::catalog {

// A regular expression of Java, as RLIKE takes it, in RE2's words with the same matches: `.`, `$`
// and `\s` mean other characters there. Unsupported, by name, for what RE2 does not have or means
// otherwise (back references, look-around, possessive quantifiers, classes within classes, \p).
std::string ToRe2(std::string_view pattern);

// The same LIKE pattern. InvalidInput where the escape character stands before anything but %, _
// and itself, which Spark refuses.
std::string CheckedLikePattern(std::string_view pattern, char escape);

}  // namespace laguna::catalog
