// SPDX-License-Identifier: Apache-2.0
// Filters that say how a string begins. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct StringPrefix {
  std::string text;
  // Whether the filter holds for every string that begins so.
  bool is_all = false;
};

// With what the function's first argument begins when it is true: prefix, starts_with, ^@ and LIKE
// with a constant; nothing for other functions and for the empty prefix.
std::optional<StringPrefix> PrefixOf(const duckdb::BoundFunctionExpression& function);

struct StringBehind {
  std::string text;
  // Whether every string from the prefix up to it begins with the prefix.
  bool is_lowest = false;
};

// A string above all that begin with `prefix` (compared by bytes), as low as ASCII can say it;
// nothing when there is none.
std::optional<StringBehind> BehindPrefix(std::string_view prefix);

}  // namespace laguna::catalog
