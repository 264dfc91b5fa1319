// SPDX-License-Identifier: Apache-2.0
// Paths where the engine takes patterns. Pure.
#pragma once

#include <string>
#include <string_view>

namespace laguna::engine {

// What has a meaning in a pattern.
inline constexpr std::string_view kWildcards = "*?[";

// The pattern that matches just this path: wildcards stand for themselves inside brackets.
std::string PatternOf(std::string_view path);

}  // namespace laguna::engine
