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

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_alter_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  call.arguments.emplace_back("SET");
  tokens.Take("SET");
  tokens.Accept("TBLPROPERTIES");
  TakePropertyValues(tokens, call);
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_set_properties_statement{
    .name = "ALTER TABLE SET TBLPROPERTIES",
    .syntax = "ALTER TABLE [IF EXISTS] table SET [TBLPROPERTIES] ('name' = 'value', ...)",
    .documentation =
        "Sets properties of a table.\n\n"
        "Names that begin with `delta.` must be Delta's, with values it takes; those of `laguna.` "
        "are written by Laguna itself; any other name is your own. Some properties are table "
        "features, and make the table's protocol grow: readers and writers must know the feature "
        "from then on.",
    .example = "ALTER TABLE bronze.sales SET TBLPROPERTIES ('delta.appendOnly' = 'true')",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
