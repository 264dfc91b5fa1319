// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "catalog/alter/alter_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"SET", "TBLPROPERTIES"}) || FollowsTable(rest, {"SET", "("});
}

// 'text', 42, true.
std::string TakeValue(engine::TokenReader& tokens) {
  const engine::Token& token = tokens.Peek();
  if (token.kind == engine::TokenKind::kString) return tokens.TakeString();
  if (token.kind == engine::TokenKind::kNumber) return std::to_string(tokens.TakeInteger());
  for (const char* word : {"true", "false"}) {
    std::string upper(word);
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    if (tokens.Accept(upper)) return word;
  }
  throw tokens.Expected("a text, a whole number, true or false as the property's value");
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("SET");
  tokens.Take("SET");
  tokens.Accept("TBLPROPERTIES");
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  engine::ValueList names;
  engine::ValueList values;
  do {
    names.emplace_back(TakePropertyName(tokens));
    tokens.AcceptOperator("=");
    values.emplace_back(TakeValue(tokens));
  } while (tokens.AcceptOperator(","));
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(")");
  call.named["names"] = std::move(names);
  call.named["new_values"] = std::move(values);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_set_properties_statement{
    .name = "ALTER TABLE SET TBLPROPERTIES",
    .syntax = "ALTER TABLE [IF EXISTS] table SET [TBLPROPERTIES] ('name' = 'value', ...)",
    .documentation =
        "Sets properties of a table.\n\n"
        "Names that begin with `delta.` must be Delta's, with values it takes; any other name is "
        "your own. Some properties are table features, and make the table's protocol grow: readers "
        "and writers must know the feature from then on.",
    .example = "ALTER TABLE bronze.sales SET TBLPROPERTIES ('delta.appendOnly' = 'true')",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
