// SPDX-License-Identifier: Apache-2.0
// Making a table equal to its query.
//
// The query's rows replace the table's in one commit, under the table's lock. A view whose
// definition and sources are as they were when it was written is left alone; one that reads files,
// views or the clock is computed, and committed only when a row differs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "catalog/lake_environment.h"
#include "catalog/session_table.h"
#include "engine/session.h"
#include "ingest/audited_write.h"
#include "io/object_store.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

struct ViewRefreshOptions {
  // Compute and commit, whatever is known.
  bool full_refresh = false;
  // Stops while waiting for the table's lock.
  io::Call call = {};
  std::function<void(std::string_view)> on_notice = {};
  // UnsteadyFunctions (pipeline/view_sources.h).
  const std::set<std::string>& unsteady;
};

struct ViewRefreshReport {
  // Nothing was committed: the rows are the same.
  bool unchanged = false;
  // What the write did; empty when the query did not run.
  ingest::AuditReport audit;
  // The table's version now.
  int64_t version = 0;
};

// Errors: Exists "pipeline.not_a_view" (the table is there, but no view of a pipeline), Violation
// (a FAIL UPDATE expectation), and what the query throws. The table is then as it was.
ViewRefreshReport RefreshView(const catalog::LakeEnvironment& environment, engine::Session& session,
                              const Definition& definition, const ViewRefreshOptions& options);

// The table is one that a pipeline made as a materialized view.
bool IsMaterializedView(const catalog::TableState& table);

}  // namespace laguna::pipeline
