// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 2> kLeadingWords{"SHOW COLUMNS IN", "SHOW COLUMNS FROM"};

// SHOW COLUMNS IN t IN bronze: the schema may stand apart, as Spark has it.
engine::FunctionCall Parse(engine::TokenReader& tokens) {
  auto name = tokens.TakeQualifiedName();
  if (tokens.Accept("IN") || tokens.Accept("FROM")) {
    if (name.parts.size() > 1) throw tokens.Expected("the end, as the table has its schema");
    const auto schema = tokens.TakeQualifiedName();
    name.parts.insert(name.parts.begin(), schema.parts.begin(), schema.parts.end());
  }
  tokens.TakeEnd();
  const std::string columns =
      "SELECT column_name AS col_name FROM (DESCRIBE " + QuotedName(name) + ")";
  return {.function = "query", .arguments = {engine::Value(columns)}, .named = {}};
}

}  // namespace

extern const engine::OwnStatement show_columns_statement{
    .name = "SHOW COLUMNS",
    .syntax = "SHOW COLUMNS IN table [IN schema]",
    .documentation =
        "Shows the names of the columns of a table or view, in their order.\n\n`DESCRIBE table` "
        "shows their types too.",
    .example = "SHOW COLUMNS IN bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
