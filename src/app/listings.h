// SPDX-License-Identifier: Apache-2.0
// What commands and the shell share when they list things: their queries and limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace laguna::app {

// zone, table, kind; ordered.
extern const char* const kTablesOfLake;
// The same for a session outside any lake.
extern const char* const kTablesOfSession;

// The error without its place: positions in SQL that the user did not write help nobody.
base::Error WithoutPlace(const base::Error& error);

// "40" or "all" (nothing). InvalidInput "usage.rows".
std::optional<size_t> ParseRowLimit(std::string_view text);

}  // namespace laguna::app
