// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"SHOW TABLES"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_show_tables", .arguments = {}, .named = {}};
  if (tokens.Accept("FROM") || tokens.Accept("IN")) {
    call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement show_tables_statement{
    .name = "SHOW TABLES",
    .syntax = "SHOW TABLES [FROM schema]",
    .documentation =
        "Shows the names of the tables and views in a schema; without FROM, of those that need no "
        "schema's name before them.\n\nNo table is opened. `SHOW ALL TABLES` shows columns too and "
        "reads every log.",
    .example = "SHOW TABLES FROM bronze",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
