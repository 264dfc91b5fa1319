// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "catalog/alter/column_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

// DuckDB's own ADD COLUMN names one column, and nothing but its type.
bool Accepts(std::span<const engine::Token> rest) {
  auto tokens = BehindTable(rest);
  const auto skip = [&](std::string_view word) {
    const bool is_there = !tokens.empty() && tokens[0].Is(word);
    if (is_there) tokens = tokens.subspan(1);
    return is_there;
  };
  if (!skip("ADD")) return false;
  if (skip("COLUMNS")) return true;
  const bool says_column = skip("COLUMN");
  if (skip("IF")) tokens = tokens.subspan(std::min<size_t>(2, tokens.size()));
  if (says_column && !tokens.empty() && tokens[0].IsOperator("(")) return true;
  for (const char* word : {"CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE", "FOREIGN"}) {
    if (!says_column && !tokens.empty() && tokens[0].Is(word)) return false;
  }
  const size_t name = ColumnNameLength(tokens);
  return name > 0 && Holds(tokens, name + 1, {"COMMENT", "FIRST", "AFTER", "NOT", "<", ","});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_columns", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("ADD");
  tokens.Take("ADD");
  if (!tokens.Accept("COLUMNS")) tokens.Accept("COLUMN");
  if (tokens.Accept("IF")) {
    tokens.Take("NOT");
    tokens.Take("EXISTS");
    call.named["if_exists"] = engine::Value(true);
  }
  const bool in_brackets = tokens.AcceptOperator("(");
  ColumnLists lists;
  do {
    TakeNewColumn(tokens, lists);
  } while (tokens.AcceptOperator(","));
  if (in_brackets && !tokens.AcceptOperator(")")) throw tokens.Expected(")");
  std::move(lists).PutInto(call);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_add_columns_statement{
    .name = "ALTER TABLE ADD COLUMNS",
    .syntax =
        "ALTER TABLE [IF EXISTS] table ADD {COLUMN | COLUMNS} [IF NOT EXISTS] (column type "
        "[COMMENT 'text'] [FIRST | AFTER column], ...)",
    .documentation =
        "Adds columns to a table; the brackets may be left out.\n\n"
        "No file is written: rows that are there have NULL in a new column. `a.b` adds the field b "
        "to the struct a; `element`, `key` and `value` lead into arrays and maps. A type may be "
        "spelled as Spark does: `array<struct<a:int>>`. NOT NULL, DEFAULT and generated columns "
        "cannot be added.",
    .example = "ALTER TABLE bronze.sales ADD COLUMNS (note VARCHAR COMMENT 'free text' AFTER id)",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
