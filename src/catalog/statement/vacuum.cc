// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/error.h"
#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"VACUUM"};

// VACUUM alone, VACUUM ANALYZE and VACUUM (...) are the engine's, about its own storage.
bool Accepts(std::span<const engine::Token> rest) {
  if (rest.empty() || rest[0].kind == engine::TokenKind::kEnd) return false;
  return !rest[0].Is("ANALYZE") && !rest[0].IsOperator("(");
}

// Takes one of the words that may stand in any order; false where none comes.
bool TakeModifier(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (tokens.Accept("LITE")) {
    call.named["lite"] = engine::Value(true);
  } else if (tokens.Accept("FULL")) {
    call.named["lite"] = engine::Value(false);
  } else if (tokens.Accept("RETAIN")) {
    call.named["retain_hours"] = engine::Value(static_cast<double>(tokens.TakeInteger()));
    tokens.Take("HOURS");
  } else if (tokens.Accept("DRY")) {
    tokens.Take("RUN");
    call.named["dry_run"] = engine::Value(true);
  } else {
    return false;
  }
  return true;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_vacuum", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  while (true) {
    const size_t known = call.named.size();
    const auto repeated = tokens.Expected("another word, or the end");
    if (!TakeModifier(tokens, call)) break;
    if (call.named.size() == known) throw repeated;
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement vacuum_statement{
    .name = "VACUUM",
    .syntax = "VACUUM table | 'path' | delta.`path` [LITE | FULL] [RETAIN n HOURS] [DRY RUN]",
    .documentation =
        "Deletes files below the folder of a Delta table that no version names which is still "
        "kept: what DELETE, UPDATE, OPTIMIZE and others replaced, and what writers that died left "
        "behind.\n\n"
        "Files stay for `delta.deletedFileRetentionDuration` (a week) after the commit that "
        "removed them, or for the hours of `RETAIN`; older versions can be read for that long. "
        "Less than the table's own time is refused, because a reader or writer may be that slow; "
        "`SET lake_vacuum_retention_check = false` allows it. Even then no commit of Laguna's ever "
        "names a file that a VACUUM deleted: a writer that was too slow runs again.\n\n"
        "`LITE` does not list the folder but asks the log what commits removed since the last "
        "VACUUM; leftovers of writers that died stay. `DRY RUN` deletes nothing and shows the "
        "files. Files that shallow clones in the same lake still name stay. The history shows "
        "`VACUUM START` and `VACUUM END`.",
    .example = "VACUUM bronze.sales RETAIN 168 HOURS",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
