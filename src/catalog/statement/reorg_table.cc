// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"REORG TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_optimize", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  if (tokens.Accept("WHERE")) call.named["where"] = engine::Value(tokens.TakeSource({"APPLY"}));
  tokens.Take("APPLY");
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(PURGE)");
  tokens.Take("PURGE");
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(")");
  tokens.TakeEnd();
  call.named["purge"] = engine::Value(true);
  return call;
}

}  // namespace

extern const engine::OwnStatement reorg_table_statement{
    .name = "REORG TABLE",
    .syntax = "REORG TABLE table [WHERE condition] APPLY (PURGE)",
    .documentation =
        "Writes all files anew that have a deletion vector, without the rows it takes away.\n\n"
        "`OPTIMIZE` does so only where many rows are deleted. Behind it and a `VACUUM` nothing of "
        "deleted rows is left in the table's folder. `WHERE` takes a condition over partition "
        "columns.",
    .example = "REORG TABLE bronze.sales APPLY (PURGE)",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
