// SPDX-License-Identifier: Apache-2.0
#include "app/listings.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/error.h"

namespace laguna::app {

const char* const kTablesOfLake =
    R"(SELECT table_schema AS zone, table_name AS "table",
              CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind
       FROM information_schema.tables WHERE table_catalog = 'lake' ORDER BY ALL)";

const char* const kTablesOfSession =
    R"(SELECT table_schema AS "schema", table_name AS "table",
              CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind
       FROM information_schema.tables ORDER BY ALL)";

base::Error WithoutPlace(const base::Error& error) {
  base::Error plain(error.kind(), error.code(), error.sentence());
  plain = std::move(plain).Hint(error.hint());
  for (const auto& [name, value] : error.values()) plain = std::move(plain).With(name, value);
  return plain;
}

std::optional<size_t> ParseRowLimit(std::string_view text) {
  if (text == "all") return std::nullopt;
  size_t rows = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rows);
  if (error != std::errc() || end != text.data() + text.size() || rows == 0) {
    throw base::Error(base::ErrorKind::kInvalidInput, "usage.rows",
                      fmt::format("'{}' is not a number of rows.", text))
        .Hint("Give a whole number from 1, or 'all'.");
  }
  return rows;
}

}  // namespace laguna::app
