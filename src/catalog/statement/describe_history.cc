// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 2> kLeadingWords{"DESCRIBE HISTORY", "DESC HISTORY"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_history", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  if (tokens.Accept("LIMIT")) call.named["limit"] = engine::Value(tokens.TakeInteger());
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement describe_history_statement{
    .name = "DESCRIBE HISTORY",
    .syntax = "DESCRIBE HISTORY table | 'path' | delta.`path` [LIMIT n]",
    .documentation =
        "Shows the commits of a table, newest first: version, time, operation with its parameters "
        "and metrics.\n\n`LIMIT n` shows the last n only and reads no more of the log.",
    .example = "DESCRIBE HISTORY bronze.sales LIMIT 5",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
