// SPDX-License-Identifier: Apache-2.0
// RESTORE: one commit that brings back the files and the definition of an older version. Used on
// the query's thread, outside of transactions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "catalog/lake_environment.h"
#include "catalog/opened_table.h"
#include "delta/restore_plan.h"
#include "delta/snapshot.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct RestoreTarget {
  std::optional<int64_t> version;
  // As the user wrote it; read in the session's time zone.
  std::optional<std::string> timestamp;
};

struct Restored {
  delta::RestorePlan plan;
  // The table afterwards.
  size_t files_after = 0;
  int64_t bytes_after = 0;
  delta::SnapshotPtr snapshot;
};

// Commits nothing when the table is as it was then. Runs again when another commit came first.
// Errors: NotFound for a version that cannot be read, and ("restore.missing_files") for one whose
// files a VACUUM deleted; Conflict after many tries; Violation for a table that is append-only.
Restored RestoreTable(duckdb::ClientContext& context, const OpenedTable& table,
                      const RestoreTarget& target, const LakeEnvironment& environment);

}  // namespace laguna::catalog
