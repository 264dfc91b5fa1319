// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"DROP", "CONSTRAINT"});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("DROP CONSTRAINT");
  tokens.Take("DROP");
  tokens.Take("CONSTRAINT");
  if (tokens.Accept("IF")) {
    tokens.Take("EXISTS");
    call.named["if_exists"] = engine::Value(true);
  }
  call.named["names"] = engine::ValueList{engine::Value(tokens.TakeIdentifier())};
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_drop_constraint_statement{
    .name = "ALTER TABLE DROP CONSTRAINT",
    .syntax = "ALTER TABLE [IF EXISTS] table DROP CONSTRAINT [IF EXISTS] name",
    .documentation = "Takes a CHECK constraint off a table; its rows stay as they are.",
    .example = "ALTER TABLE bronze.sales DROP CONSTRAINT positive",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
