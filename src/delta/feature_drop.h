// SPDX-License-Identifier: Apache-2.0
// What ALTER TABLE ... DROP FEATURE makes of a table: its definition without the feature
// (protocol section "Table Features": a writer that takes a feature away sees to it that no trace
// of it is left that readers without it would take wrongly).
//
// Properties that switch the feature on go along. What only a rewrite of rows or a word of the user
// can take away (vectors, constraints) is refused with the statement that does it. A reader that
// does not know the feature must not begin at versions that have it: where that could be, the table
// gets checkpointProtection, by which nobody cleans up the checkpoint that the new version needs.
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "delta/action.h"
#include "delta/snapshot.h"

namespace laguna::delta {

struct FeatureDrop {
  // For Transaction::SetMetadata: it says what the protocol loses and gets.
  Metadata metadata;
  // The commit's version needs a checkpoint at once.
  bool needs_checkpoint = false;
};

// `version` is the one that the commit is going to make. InvalidInput "alter.unknown_feature" with
// the nearest name, "alter.no_feature" where the table does not have it; Unsupported
// "alter.feature_stays" for one that cannot go, "alter.feature_in_use" for one that cannot go yet.
// `table` is for messages.
[[nodiscard]] FeatureDrop DropFeature(const Snapshot& snapshot, const std::string& feature,
                                      int64_t version, const std::string& table);

// The same for a table whose older versions go first: nothing has to be protected.
[[nodiscard]] Metadata WithoutProtection(const FeatureDrop& drop);

// Whether the feature goes only with the versions before.
[[nodiscard]] bool NeedsTruncation(const std::string& feature);
// Whether checkpointProtection stands before that version.
[[nodiscard]] bool IsProtected(const Metadata& metadata, int64_t version);

// Whether a version with this action is no good to readers without the feature.
[[nodiscard]] bool IsTraceOf(const std::string& feature, const Action& action);

// How long after the last trace of a feature history may be truncated:
// delta.dropFeatureTruncateHistory.retentionDuration, a day.
[[nodiscard]] int64_t TraceRetention(const Properties& properties);

}  // namespace laguna::delta
