// SPDX-License-Identifier: Apache-2.0
// Lists of columns as table properties have them: "a, s.b, `odd, name`". Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laguna::delta {

// The path of each column; quotes that are not closed reach to the end.
std::vector<std::vector<std::string>> ParseColumnList(std::string_view text);

// Back-quotes names that hold more than letters, digits and underscores.
std::string ColumnListText(const std::vector<std::vector<std::string>>& columns);

}  // namespace laguna::delta
