// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"UNDROP TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_undrop_table", .arguments = {}, .named = {}};
  call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
  return call;
}

}  // namespace

extern const engine::OwnStatement undrop_table_statement{
    .name = "UNDROP TABLE",
    .syntax = "UNDROP TABLE table",
    .documentation =
        "Brings back a table that was dropped, with its rows, its history and its properties.\n\n"
        "Of several that had the name, the one dropped last; `SHOW TABLES DROPPED` lists them. A "
        "table that took the name meanwhile has to be renamed first. It cannot be part of a "
        "transaction.",
    .example =
        "CREATE TABLE bronze.lost AS SELECT 1 AS id; DROP TABLE bronze.lost; UNDROP TABLE "
        "bronze.lost",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
