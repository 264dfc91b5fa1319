// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"SHOW TABLES DROPPED"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_dropped_tables", .arguments = {}, .named = {}};
  if (tokens.Accept("FROM") || tokens.Accept("IN")) {
    call.arguments.emplace_back(tokens.TakeIdentifier());
  }
  return call;
}

}  // namespace

extern const engine::OwnStatement show_tables_dropped_statement{
    .name = "SHOW TABLES DROPPED",
    .syntax = "SHOW TABLES DROPPED [FROM schema]",
    .documentation =
        "Shows the tables that were dropped and are kept, the last one first.\n\n`UNDROP TABLE` "
        "brings one back.",
    .example =
        "CREATE TABLE bronze.away AS SELECT 1 AS id; DROP TABLE bronze.away; SHOW TABLES DROPPED "
        "FROM "
        "bronze",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
