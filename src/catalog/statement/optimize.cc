// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <utility>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"OPTIMIZE"};

engine::ValueList TakeColumns(engine::TokenReader& tokens) {
  engine::ValueList columns;
  const bool in_brackets = tokens.AcceptOperator("(");
  do {
    columns.emplace_back(QuotedName(tokens.TakeQualifiedName()));
  } while (tokens.AcceptOperator(","));
  if (in_brackets && !tokens.AcceptOperator(")")) throw tokens.Expected(", or )");
  return columns;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_optimize", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  if (tokens.Accept("WHERE")) call.named["where"] = engine::Value(tokens.TakeSource({"ZORDER"}));
  if (tokens.Accept("ZORDER")) {
    tokens.Take("BY");
    call.named["zorder_by"] = engine::Value(TakeColumns(tokens));
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement optimize_statement{
    .name = "OPTIMIZE",
    .syntax = "OPTIMIZE table [WHERE condition] [ZORDER BY (column, ...)]",
    .documentation =
        "Puts the small files of a table together, and writes files anew that have lost many rows "
        "to their deletion vectors; the rows do not change.\n\n"
        "Files grow up to `delta.targetFileSize` (256 MB); neighbours stay neighbours. `WHERE` "
        "takes a condition over partition columns. `ZORDER BY` writes all files anew, with rows "
        "sorted such that near values of all these columns stand together, so that a filter on any "
        "of them leaves most files out.\n\n"
        "Others may read, append, delete and update meanwhile: a file that somebody changes is "
        "written again as it is then. Large tables are committed in parts, so that what was done "
        "stays when the statement is interrupted. The old files stay for time travel until "
        "`VACUUM` deletes them.",
    .example = "OPTIMIZE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
