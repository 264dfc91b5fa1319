// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/error.h"
#include "catalog/clone/table_clauses.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE TABLE"};

// With columns or a query it is DuckDB's statement.
bool Accepts(std::span<const engine::Token> rest) {
  constexpr std::array<std::string_view, 1> kPlain{"LOCATION"};
  constexpr std::array<std::string_view, 3> kUsing{"USING", "DELTA", "LOCATION"};
  if (!FollowsNewTable(rest, kPlain) && !FollowsNewTable(rest, kUsing)) return false;
  for (const engine::Token& token : rest) {
    if (token.Is("AS") || token.IsOperator("(")) return false;
  }
  return true;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_link_table", .arguments = {}, .named = {}};
  TakeNewTable(tokens, call);
  call.arguments.push_back(call.named["target"]);
  call.named.erase("target");
  if (tokens.Accept("USING")) tokens.Take("DELTA");
  tokens.Take("LOCATION");
  call.arguments.emplace_back(tokens.TakeString());
  if (tokens.Accept("USING")) tokens.Take("DELTA");
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement create_table_location_statement{
    .name = "CREATE TABLE LOCATION",
    .syntax = "CREATE TABLE [IF NOT EXISTS] table [USING DELTA] LOCATION 'folder'",
    .documentation =
        "Gives the Delta table in a folder outside of the lake's zones a name in the lake.\n\n"
        "The table stays where it is and is read, written and looked after like any other; DROP "
        "TABLE forgets the name and keeps the table. With columns, or AS a query, CREATE TABLE ... "
        "LOCATION makes a new table there, or takes over one that is as the statement says. A "
        "relative folder begins at laguna.yaml, or below the storage root when its first part is a "
        "zone of files. The name is kept in a small file <zone>/<table>.link.",
    .example =
        "CREATE TABLE bronze.outside (id BIGINT) LOCATION 'landing/outside'; DROP TABLE "
        "bronze.outside; CREATE TABLE bronze.outside LOCATION 'landing/outside'",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
