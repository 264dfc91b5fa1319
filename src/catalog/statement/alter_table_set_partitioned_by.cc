// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "catalog/alter/alter_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"SET", "PARTITIONED"}) || FollowsTable(rest, {"RESET", "PARTITIONED"});
}

engine::ValueList TakeColumns(engine::TokenReader& tokens) {
  engine::ValueList columns;
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  do {
    columns.emplace_back(tokens.TakeIdentifier());
  } while (tokens.AcceptOperator(","));
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(", or )");
  return columns;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_partition_table", .arguments = {}, .named = {}};
  TakeAlteredTable(tokens, call);
  const bool resets = tokens.Accept("RESET");
  if (!resets) tokens.Take("SET");
  tokens.Take("PARTITIONED");
  tokens.Take("BY");
  if (!resets) call.named["columns"] = engine::Value(TakeColumns(tokens));
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_set_partitioned_by_statement{
    .name = "ALTER TABLE SET PARTITIONED BY",
    .syntax =
        "ALTER TABLE [IF EXISTS] table {SET PARTITIONED BY (column, ...) | RESET PARTITIONED BY}",
    .documentation =
        "Partitions a table by other columns, or by none: its rows are written anew, in one "
        "commit.\n\n"
        "All else stays: columns, comments, constraints, properties, row ids, the history; to who "
        "reads "
        "the table's changes nothing happened. When others write to the table meanwhile it begins "
        "anew, and gives up when that happens each time. It cannot be part of a transaction.",
    .example =
        "CREATE TABLE bronze.visits AS SELECT 1 AS id, DATE '2024-01-01' AS day; ALTER TABLE "
        "bronze.visits SET PARTITIONED BY (day)",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
