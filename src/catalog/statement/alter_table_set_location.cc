// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"SET", "LOCATION"});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_link_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  tokens.Take("SET");
  tokens.Take("LOCATION");
  call.arguments.emplace_back(tokens.TakeString());
  call.named["alter"] = engine::Value(true);
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_set_location_statement{
    .name = "ALTER TABLE SET LOCATION",
    .syntax = "ALTER TABLE [IF EXISTS] table SET LOCATION 'folder'",
    .documentation =
        "Lets a table's name mean the Delta table in another folder from now on.\n\n"
        "The table there must have the same columns and partitions; nothing is copied. The folder "
        "that the name meant stays as it is when it was elsewhere, and is moved aside, as DROP "
        "TABLE does, when it was the lake's own. It cannot be part of a transaction.",
    .example =
        "CREATE TABLE bronze.far (id BIGINT) LOCATION 'landing/far'; CREATE TABLE bronze.farther "
        "(id BIGINT) LOCATION 'landing/farther'; ALTER TABLE bronze.far SET LOCATION "
        "'landing/farther'",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
