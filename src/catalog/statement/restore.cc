// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/error.h"
#include "catalog/clone/table_clauses.h"
#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 2> kLeadingWords{"RESTORE", "RESTORE TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_restore", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  tokens.Accept("TO");
  if (!TakeTimeTravel(tokens, call)) throw tokens.Expected("VERSION AS OF or TIMESTAMP AS OF");
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement restore_statement{
    .name = "RESTORE",
    .syntax =
        "RESTORE [TABLE] table | 'path' | delta.`path` TO VERSION AS OF n | TIMESTAMP AS OF 'time'",
    .documentation =
        "Makes a table again what it was: rows, columns, partitioning and properties of an older "
        "version, as a new version.\n\n"
        "Nothing is lost: the versions in between stay in the history, and a RESTORE to one of "
        "them goes forward again. Needs the files of that version, which VACUUM deletes when the "
        "table has not needed them for a while. The change data feed shows the difference of the "
        "two versions.",
    .example = "RESTORE TABLE bronze.events TO VERSION AS OF 0",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
