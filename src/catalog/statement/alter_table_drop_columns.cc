// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "catalog/alter/column_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

// DuckDB's own DROP COLUMN names one.
bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"DROP", "COLUMNS"}) || FollowsTable(rest, {"DROP", "COLUMN", "("}) ||
         FollowsTable(rest, {"DROP", "COLUMN", "IF", "EXISTS", "("});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_columns", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("DROP");
  tokens.Take("DROP");
  if (!tokens.Accept("COLUMNS")) tokens.Take("COLUMN");
  if (tokens.Accept("IF")) {
    tokens.Take("EXISTS");
    call.named["if_exists"] = engine::Value(true);
  }
  const bool in_brackets = tokens.AcceptOperator("(");
  ColumnLists lists;
  do {
    lists.Begin(TakeColumnPath(tokens));
  } while (tokens.AcceptOperator(","));
  if (in_brackets && !tokens.AcceptOperator(")")) throw tokens.Expected(")");
  std::move(lists).PutInto(call);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_drop_columns_statement{
    .name = "ALTER TABLE DROP COLUMNS",
    .syntax = "ALTER TABLE [IF EXISTS] table DROP {COLUMN | COLUMNS} [IF EXISTS] (column, ...)",
    .documentation =
        "Drops columns, or fields of structs (`a.b`), in one commit; the brackets may be left "
        "out.\n\n"
        "No file is written: the values stay in the files that are there, and older versions of "
        "the "
        "table show them. A table without column mapping gets it, because that is how its log says "
        "that a column of the files is gone; readers must know it from then on. Partition columns "
        "and columns that a constraint names cannot be dropped.",
    .example =
        "CREATE TABLE bronze.notes AS SELECT 1 AS id, '' AS note; ALTER TABLE bronze.notes DROP "
        "COLUMNS (note)",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
