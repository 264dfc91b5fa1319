// SPDX-License-Identifier: Apache-2.0
// What can be known of a pipeline before it runs.
//
// Every query is bound in the order of the graph. Tables that do not exist yet, or whose columns
// change, are stood in for by empty temporary tables with the columns their queries give; what a
// query gives is asked of the catalog itself, which makes the table in a transaction that is rolled
// back. Nothing is read but the beginnings of files, nothing is written.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake_environment.h"
#include "engine/session.h"
#include "pipeline/pipeline.h"
#include "pipeline/table_check.h"

namespace laguna::pipeline {

struct CheckReport {
  // One for each table of the pipeline.
  std::vector<TableCheck> tables;
  // Mistakes in the pipeline's files, those of Pipeline::errors among them; by file and place.
  std::vector<base::Error> errors;
  // Sentences for the user: what a definition says and a table that is there does not take over.
  std::vector<std::string> notices;
};

struct CheckOptions {
  // Tables that will be made anew, by number: what they are now does not bind.
  std::set<size_t> made_anew = {};
  // Tell which tables of the lake have no definition any more.
  bool find_orphaned_tables = false;
};

// Cancelled when the session is interrupted.
CheckReport CheckPipeline(const catalog::LakeEnvironment& environment, engine::Session& session,
                          const Pipeline& pipeline, const CheckOptions& options = {});

}  // namespace laguna::pipeline
