// SPDX-License-Identifier: Apache-2.0
// Lists of columns as table properties have them: "a, s.b, `odd, name`". Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laguna::delta {

// The path of each column; quotes that are not closed reach to the end.
std::vector<std::vector<std::string>> ParseColumnList(std::string_view text);

// Whether the text is one, as Spark reads it: names in quotes, or of letters, digits and
// underscores alone; an empty text is a list of none.
bool IsColumnList(std::string_view text);

// Back-quotes names that hold more than letters, digits and underscores, or begin with a digit.
std::string ColumnListText(const std::vector<std::vector<std::string>>& columns);

}  // namespace laguna::delta
