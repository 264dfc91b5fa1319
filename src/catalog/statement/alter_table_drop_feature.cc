// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

bool Accepts(std::span<const engine::Token> rest) {
  return FollowsTable(rest, {"DROP", "FEATURE"});
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_drop_feature", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  tokens.Take("DROP");
  tokens.Take("FEATURE");
  const bool is_text = tokens.Peek().kind == engine::TokenKind::kString;
  call.named["feature"] = engine::Value(is_text ? tokens.TakeString() : tokens.TakeIdentifier());
  if (tokens.Accept("TRUNCATE")) {
    tokens.Take("HISTORY");
    call.named["truncate_history"] = engine::Value(true);
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_drop_feature_statement{
    .name = "ALTER TABLE DROP FEATURE",
    .syntax = "ALTER TABLE table DROP FEATURE feature [TRUNCATE HISTORY]",
    .documentation =
        "Takes a table feature away, so that programs without it can use the table.\n\n"
        "Properties that switch it on go along. A table that still uses the feature is refused, "
        "with "
        "the statement to run first: REORG TABLE ... APPLY (PURGE) for deletion vectors, DROP "
        "CONSTRAINT for checks. Versions from before stay; where readers without the feature could "
        "take them wrongly, the table gets the writer feature checkpointProtection and a "
        "checkpoint. "
        "TRUNCATE HISTORY deletes them from the log instead, once the feature was not used for a "
        "day "
        "(delta.dropFeatureTruncateHistory.retentionDuration). The version numbers of the protocol "
        "go down where they suffice.",
    .example =
        "CREATE TABLE bronze.simple AS SELECT 1 AS id; ALTER TABLE bronze.simple DROP FEATURE "
        "deletionVectors",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
