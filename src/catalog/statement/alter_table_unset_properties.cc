// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};
constexpr std::string_view kChange = "UNSET";

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"UNSET", "TBLPROPERTIES"}) || FollowsTable(rest, {"RESET", "("});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back(kChange);
  if (!tokens.Accept("RESET")) {
    tokens.Take("UNSET");
    tokens.Take("TBLPROPERTIES");
  }
  if (tokens.Accept("IF")) {
    tokens.Take("EXISTS");
    call.named["if_exists"] = engine::Value(true);
  }
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  engine::ValueList names;
  do {
    names.emplace_back(TakePropertyName(tokens));
  } while (tokens.AcceptOperator(","));
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(")");
  call.named["names"] = std::move(names);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_unset_properties_statement{
    .name = "ALTER TABLE UNSET TBLPROPERTIES",
    .syntax = "ALTER TABLE [IF EXISTS] table UNSET TBLPROPERTIES [IF EXISTS] ('name', ...)",
    .documentation =
        "Takes properties off a table.\n\n"
        "One that the table does not have is an error, unless IF EXISTS says otherwise. The "
        "protocol does not shrink by it.",
    .example = "ALTER TABLE bronze.sales UNSET TBLPROPERTIES IF EXISTS ('delta.appendOnly')",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
