// SPDX-License-Identifier: Apache-2.0
// What commands and the shell share when they list things: their queries and limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/session.h"

namespace laguna::app {

// A query of this program with its values.
struct Listing {
  std::string query;
  engine::NamedValues parameters = {};
};

// Every table and view of the lake: zone, table, kind (table, streaming table, side table,
// materialized view, view; "cannot be read" when its log cannot be); ordered. Reads every log.
Listing TablesOfLake(engine::Session& session);
// schema, table, kind of a session outside any lake.
Listing TablesOfSession();

// The error without its place: positions in SQL that the user did not write help nobody.
base::Error WithoutPlace(const base::Error& error);

// "40" or "all" (nothing). InvalidInput "usage.rows".
std::optional<size_t> ParseRowLimit(std::string_view text);

}  // namespace laguna::app
