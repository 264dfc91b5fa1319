// SPDX-License-Identifier: Apache-2.0
// What the rows of a materialized view depend on.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/script.h"
#include "engine/session.h"
#include "pipeline/definition.h"
#include "pipeline/view_record.h"

namespace laguna::pipeline {

struct ViewSources {
  // Tables of the lake, as the session's transaction sees them; ordered by name.
  std::vector<TableVersion> tables;
  // Nothing but the versions of `tables` decides the rows: no files, no views, no function that
  // gives something else each time.
  bool tables_only = true;
};

// Upper-case names of functions whose value is not decided by their arguments (now, random, ...).
std::set<std::string> UnsteadyFunctions(engine::Session& session);
// Whether one of the words stands in the statement, as a function or as anything else: being wrong
// costs a computation, not a result. Pure.
bool NamesOneOf(const engine::ScriptStatement& statement, const std::set<std::string>& words);

// Binds the query in the session's transaction.
ViewSources FindViewSources(engine::Session& session, const Definition& definition,
                            const std::set<std::string>& unsteady);

}  // namespace laguna::pipeline
