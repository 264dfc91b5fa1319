// SPDX-License-Identifier: Apache-2.0
// Queries that several doors of the program ask (commands and the shell).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace laguna::app {

// zone, table, kind; ordered.
extern const char* const kTablesOfLake;
// The same for a session outside any lake.
extern const char* const kTablesOfSession;

// "40" or "all" (nothing). InvalidInput "usage.rows".
std::optional<size_t> ParseRowLimit(std::string_view text);

}  // namespace laguna::app
