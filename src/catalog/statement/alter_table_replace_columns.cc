// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "base/error.h"
#include "catalog/alter/alter_statement.h"
#include "catalog/alter/column_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"REPLACE", "COLUMNS"});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_columns", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("REPLACE");
  tokens.Take("REPLACE");
  tokens.Take("COLUMNS");
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  ColumnLists lists;
  do {
    TakeNewColumn(tokens, lists);
  } while (tokens.AcceptOperator(","));
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(", or )");
  std::move(lists).PutInto(call);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_replace_columns_statement{
    .name = "ALTER TABLE REPLACE COLUMNS",
    .syntax =
        "ALTER TABLE [IF EXISTS] table REPLACE COLUMNS (column type [NOT NULL] [COMMENT 'text'], "
        "...)",
    .documentation =
        "Gives a table the columns of a list, in its order.\n\n"
        "A column whose name is in the list stays, with its values; its comment and NOT NULL are "
        "what the list says. Others are dropped, and new ones are NULL in the rows that are there, "
        "as with DROP and ADD COLUMN. No file is written.",
    .example =
        "CREATE TABLE bronze.parts AS SELECT 1 AS id, 'x' AS old; ALTER TABLE bronze.parts REPLACE "
        "COLUMNS (name VARCHAR COMMENT 'what it is called', id INTEGER)",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
