// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/error.h"
#include "catalog/clone/table_clauses.h"
#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  constexpr std::array<std::string_view, 1> kWords{"LIKE"};
  return FollowsNewTable(rest, kWords);
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_create_like", .arguments = {}, .named = {}};
  TakeNewTable(tokens, call);
  tokens.Take("LIKE");
  TakeTableOperand(tokens, call);
  TakeNewTableClauses(tokens, call);
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement create_table_like_statement{
    .name = "CREATE TABLE LIKE",
    .syntax =
        "CREATE TABLE [IF NOT EXISTS] table LIKE source | 'path' [USING DELTA] [COMMENT 'text'] "
        "[TBLPROPERTIES ('name' = 'value', ...)] [LOCATION 'folder']",
    .documentation =
        "Makes an empty table of another one's definition: columns with their types, comments, "
        "defaults and generated values, partitioning, constraints and properties.\n\n"
        "Properties that are given take the place of the source's. Identity columns begin anew.",
    .example = "CREATE TABLE silver.sales_like LIKE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
