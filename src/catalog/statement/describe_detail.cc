// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 2> kLeadingWords{"DESCRIBE DETAIL", "DESC DETAIL"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_detail", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement describe_detail_statement{
    .name = "DESCRIBE DETAIL",
    .syntax = "DESCRIBE DETAIL table | 'path' | delta.`path`",
    .documentation =
        "Shows one row of facts about a Delta table: place, size, partition and clustering "
        "columns, properties, protocol, table features.\n\n"
        "The table is named, or given by the folder that holds its `_delta_log`.",
    .example = "DESCRIBE DETAIL bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
