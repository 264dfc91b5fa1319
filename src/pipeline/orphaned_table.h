// SPDX-License-Identifier: Apache-2.0
// Tables that a pipeline made, but whose definition is gone from its files: they look like any
// other, and nothing refreshes them any more. Used on the session's thread, outside of
// transactions.
#pragma once

#include <string>
#include <vector>

#include "engine/session.h"
#include "pipeline/pipeline.h"

namespace laguna::pipeline {

struct OrphanedTable {
  std::string name;
  TableKind kind = TableKind::kStreamingTable;
};

// By zone and name. Reads the log of each table that the pipeline does not define; one that cannot
// be read is passed over. Nothing when the pipeline's files have errors: what they define is not
// known then.
std::vector<OrphanedTable> FindOrphanedTables(engine::Session& session, const Pipeline& pipeline);

}  // namespace laguna::pipeline
