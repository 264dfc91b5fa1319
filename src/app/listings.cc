// SPDX-License-Identifier: Apache-2.0
#include "app/listings.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"

namespace laguna::app {

namespace {

constexpr const char* kNames =
    R"(SELECT table_schema, table_name, table_type = 'VIEW'
       FROM information_schema.tables WHERE table_catalog = 'lake' ORDER BY ALL)";

constexpr const char* kListed =
    R"(SELECT unnest($zones::VARCHAR[]) AS zone, unnest($tables::VARCHAR[]) AS "table",
              unnest($kinds::VARCHAR[]) AS kind)";

// A table that cannot be read must not hide the others.
std::string KindOf(engine::Session& session, const std::string& zone, const std::string& table) {
  const std::string name =
      fmt::format("{}.{}", engine::QuotedName(zone), engine::QuotedName(table));
  try {
    return session.Run(fmt::format("SELECT kind FROM laguna_table({})", engine::QuotedText(name)))
        .Drain()
        .at(0)
        .at(0)
        .ToText();
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::kCancelled) throw;
    return "cannot be read";
  }
}

}  // namespace

Listing TablesOfLake(engine::Session& session) {
  engine::ValueList zones;
  engine::ValueList tables;
  engine::ValueList kinds;
  for (const auto& row : session.Run(kNames).Drain()) {
    const bool view = row.at(2) == engine::Value(true);
    kinds.emplace_back(view ? "view" : KindOf(session, row.at(0).ToText(), row.at(1).ToText()));
    zones.push_back(row.at(0));
    tables.push_back(row.at(1));
  }
  return {kListed, {{"zones", zones}, {"tables", tables}, {"kinds", kinds}}};
}

Listing TablesOfSession() {
  return {R"(SELECT table_schema AS "schema", table_name AS "table",
              CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind
       FROM information_schema.tables ORDER BY ALL)"};
}

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
