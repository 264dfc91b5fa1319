// SPDX-License-Identifier: Apache-2.0
// SHALLOW CLONE: one commit that makes a table of another one's definition and files, which stay
// where they are. Used on the query's thread, outside of transactions.
#pragma once

#include <cstdint>
#include <string>

#include "catalog/clone/new_table.h"
#include "catalog/opened_table.h"
#include "delta/snapshot.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct CloneResult {
  int64_t source_bytes = 0;
  int64_t source_files = 0;
  // Of the table that was replaced.
  int64_t removed_files = 0;
  int64_t removed_bytes = 0;
  delta::SnapshotPtr snapshot;
};

// `version` is the source as it is to be cloned. The clone is noted (clone/known_clones.h) before
// it is there. Errors: Unsupported for features that Laguna does not write; NotFound
// ("clone.missing_files") for a version whose files a VACUUM deleted; Conflict, Exists.
CloneResult CloneTable(const OpenedTable& source, const delta::Snapshot& version,
                       const NewTableCall& call, const NewTablePlace& place);

}  // namespace laguna::catalog
