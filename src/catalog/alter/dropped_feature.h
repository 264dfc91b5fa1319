// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE ... DROP FEATURE, as commits of its own: what it makes of a table's log could not be
// taken back with a transaction. Used on the query's thread, outside of transactions.
#pragma once

#include <cstdint>
#include <string>

#include "catalog/lake_environment.h"
#include "catalog/opened_table.h"
#include "delta/snapshot.h"

namespace laguna::catalog {

struct DroppedFeature {
  delta::SnapshotPtr snapshot;
  // The version that is without.
  int64_t version = 0;
  size_t deleted_log_files = 0;
};

// With `truncates` the versions before go instead of being protected. Errors of delta/feature_drop;
// Unsupported "alter.feature_history" for traces that are too young to be truncated, InvalidInput
// "alter.truncate_history" where nothing would be protected, Conflict
// "commit.conflict" when another commit comes first, Unavailable when no checkpoint can be written.
DroppedFeature DropTableFeature(const OpenedTable& table, const std::string& feature,
                                bool truncates, const LakeEnvironment& environment);

}  // namespace laguna::catalog
