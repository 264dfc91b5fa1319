// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/error.h"
#include "catalog/alter/alter_statement.h"
#include "catalog/alter/column_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

// DuckDB's own ALTER COLUMN takes one column, no field, and knows types, defaults and NOT NULL.
bool Accepts(std::span<const engine::Token> rest) {
  auto tokens = BehindTable(rest);
  if (tokens.empty()) return false;
  if (tokens[0].Is("CHANGE")) return true;
  if (!tokens[0].Is("ALTER")) return false;
  const bool says_column = tokens.size() > 1 && tokens[1].Is("COLUMN");
  tokens = tokens.subspan(says_column ? 2 : 1);
  const size_t name = ColumnNameLength(tokens);
  if (name == 0 || name >= tokens.size()) return false;
  const engine::Token& next = tokens[name];
  if (next.Is("COMMENT") || next.Is("FIRST") || next.Is("AFTER")) return true;
  if (next.Is("SYNC")) return false;
  const bool says_default = Holds(tokens, name, {"DEFAULT"});
  return !says_default && (name > 1 || Holds(tokens, name + 1, {"<", ","}));
}

bool BeginsAction(const engine::Token& token) {
  for (const char* word : {"TYPE", "COMMENT", "FIRST", "AFTER", "SET", "DROP"}) {
    if (token.Is(word)) return true;
  }
  return false;
}

// SET NOT NULL, DROP NOT NULL: what the function calls them.
std::string TakeNotNull(engine::TokenReader& tokens, const char* verb) {
  tokens.Take("NOT");
  tokens.Take("NULL");
  return std::string(verb) + " NOT NULL";
}

// The change that the whole statement is.
std::string TakeAction(engine::TokenReader& tokens, ColumnLists& lists) {
  if (AcceptComment(tokens, lists) || AcceptPosition(tokens, lists)) return "CHANGE";
  if (tokens.Accept("DROP")) return TakeNotNull(tokens, "DROP");
  if (tokens.Accept("SET") && !tokens.Accept("DATA")) return TakeNotNull(tokens, "SET");
  tokens.Take("TYPE");
  lists.types.back() = engine::Value(TakeTypeText(tokens));
  return "CHANGE";
}

// CHANGE COLUMN a a INT COMMENT 'x' FIRST.
void TakeRedefinition(engine::TokenReader& tokens, ColumnLists& lists) {
  const auto& path = std::get<engine::ValueList>(lists.columns.back().alternatives());
  const base::Error renamed = tokens.Expected(
      "the column's name a second time (RENAME COLUMN gives it another one), or TYPE, COMMENT, "
      "FIRST or AFTER");
  if (tokens.TakeIdentifier() != path.back().ToText()) throw renamed;
  lists.types.back() = engine::Value(TakeTypeText(tokens));
  AcceptComment(tokens, lists);
  AcceptPosition(tokens, lists);
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_columns", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  const bool may_redefine = tokens.Accept("CHANGE");
  if (!may_redefine) tokens.Take("ALTER");
  tokens.Accept("COLUMN");
  ColumnLists lists;
  std::string change;
  do {
    lists.Begin(TakeColumnPath(tokens));
    std::string action = "CHANGE";
    if (may_redefine && !BeginsAction(tokens.Peek())) {
      TakeRedefinition(tokens, lists);
    } else {
      action = TakeAction(tokens, lists);
    }
    if (!change.empty() && change != action) {
      throw tokens.Expected("statements of their own for what is changed about NOT NULL");
    }
    change = action;
  } while (tokens.AcceptOperator(","));
  call.arguments.emplace_back(change);
  std::move(lists).PutInto(call);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_alter_column_statement{
    .name = "ALTER TABLE ALTER COLUMN",
    .syntax =
        "ALTER TABLE [IF EXISTS] table {ALTER | CHANGE} [COLUMN] column {TYPE type | COMMENT "
        "'text' "
        "| FIRST | AFTER column | DROP NOT NULL}, ...",
    .documentation =
        "Changes a column, or a field of a struct (`a.b`): its type, its comment, its place, or "
        "that it may be NULL.\n\n"
        "No file is written, so a type may only become one that holds all its values, and only "
        "where the table property delta.enableTypeWidening is true: whole numbers and decimals "
        "become larger ones, FLOAT becomes DOUBLE, whole numbers up to 32 bits become DOUBLE or a "
        "decimal, DATE becomes TIMESTAMP. An empty comment takes the comment away.",
    .example = "ALTER TABLE bronze.sales ALTER COLUMN id COMMENT 'counts from 1'",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
