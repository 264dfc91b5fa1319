// SPDX-License-Identifier: Apache-2.0
// What the first line of a CSV file says by itself. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::ingest {

// What stands most often in a header, outside of quotes: comma, semicolon, tab or bar; nothing
// where two do, or none.
std::optional<char> DelimiterOf(std::string_view header);

// The names in a header, unquoted; nothing where they cannot name columns as they are: not UTF-8, a
// quote left open or misplaced, an empty name, one that stands twice (letter case does not count).
std::optional<std::vector<std::string>> NamesInHeader(std::string_view header, char delimiter);

}  // namespace laguna::ingest
