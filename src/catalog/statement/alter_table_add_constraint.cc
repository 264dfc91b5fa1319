// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <string>

#include "catalog/alter/alter_statement.h"
#include "engine/lexer.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  if (FollowsTable(rest, {"ADD", "CHECK"})) return true;
  if (!FollowsTable(rest, {"ADD", "CONSTRAINT"})) return false;
  // PRIMARY KEY and its kin are DuckDB's to explain.
  for (size_t i = 0; i + 2 < rest.size(); ++i) {
    if (rest[i].Is("CONSTRAINT")) return rest[i + 2].Is("CHECK");
  }
  return false;
}

// `name` in back quotes is "name" to DuckDB's parser, which reads the condition.
std::string WithoutBackQuotes(std::string_view text) {
  std::string result;
  char quote = '\0';
  for (const char c : text) {
    const bool opens = quote == '\0' && (c == '\'' || c == '"' || c == '`');
    const bool closes = quote != '\0' && c == quote;
    if (opens) quote = c;
    const bool is_back_quote = c == '`' && (opens || closes) && quote == '`';
    if (is_back_quote) {
      result += '"';
    } else {
      result += quote == '`' && c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    if (closes) quote = '\0';
  }
  return result;
}

// What stands in the brackets that begin and end the text; nothing when they are not one pair.
std::optional<std::string_view> InBrackets(std::string_view text) {
  int depth = 0;
  const auto tokens = engine::Lex(text).tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    depth += tokens[i].IsOperator("(") ? 1 : tokens[i].IsOperator(")") ? -1 : 0;
    if (depth > 0) continue;
    if (i + 1 < tokens.size()) return std::nullopt;
    return text.substr(tokens[0].end(), tokens[i].offset - tokens[0].end());
  }
  return std::nullopt;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_add_constraint", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  tokens.Take("ADD");
  engine::Value name;
  if (tokens.Accept("CONSTRAINT")) name = engine::Value(tokens.TakeIdentifier());
  tokens.Take("CHECK");
  if (!tokens.Peek().IsOperator("(")) throw tokens.Expected("the condition in brackets");
  const auto condition = InBrackets(tokens.TakeSource());
  if (!condition) throw tokens.Expected("one condition in brackets and nothing behind it");
  call.arguments.push_back(std::move(name));
  call.arguments.emplace_back(WithoutBackQuotes(*condition));
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_add_constraint_statement{
    .name = "ALTER TABLE ADD CONSTRAINT",
    .syntax = "ALTER TABLE [IF EXISTS] table ADD [CONSTRAINT name] CHECK (condition)",
    .documentation =
        "Adds a CHECK constraint: a condition that must be TRUE for every row; NULL breaks it.\n\n"
        "The rows that are there are checked first: when one breaks the condition, the statement "
        "fails and names it. The table's log keeps the condition as Spark SQL, so that other "
        "programs check it too; a function that Spark has not, or computes otherwise, is refused "
        "by name.",
    .example = "ALTER TABLE bronze.sales ADD CONSTRAINT positive CHECK (id > 0)",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
