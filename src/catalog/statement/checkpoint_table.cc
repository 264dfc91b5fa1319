// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CHECKPOINT TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_checkpoint", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement checkpoint_table_statement{
    .name = "CHECKPOINT TABLE",
    .syntax = "CHECKPOINT TABLE table | 'path' | delta.`path`",
    .documentation =
        "Writes a checkpoint of a table's newest version, so that its log is read fast, and "
        "removes what the log no longer needs.\n\n"
        "Behind commits that is done by itself (`delta.checkpointInterval`, "
        "`delta.logRetentionDuration`); the statement is for tables whose other writers leave it "
        "out. No version of the table changes, and none is made.",
    .example = "CHECKPOINT TABLE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
