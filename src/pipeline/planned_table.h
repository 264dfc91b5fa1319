// SPDX-License-Identifier: Apache-2.0
// The columns a table will have: those of its query as the lake stores them, and those that a table
// which is there keeps.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/session_table.h"
#include "engine/result.h"
#include "engine/session.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// Throws the first mistake in the names of what the query gives: a column twice, a name that
// expectations need.
void CheckColumnNames(const Definition& definition,
                      const std::vector<engine::ResultColumn>& columns);

// A mistake, with its place, for each column to partition by that the query does not give.
std::vector<base::Error> CheckPartitions(const Definition& definition,
                                         const std::vector<engine::ResultColumn>& columns);

struct PlannedTable {
  std::vector<engine::ResultColumn> columns;
  // What the definition says and the table that is there cannot follow, each with its place.
  std::vector<base::Error> errors;
  // Sentences for the user: what the table that is there does not take over.
  std::vector<std::string> notices;
};

// `columns` are what the query gives; `kept` is the table that its rows go to, null when it is made
// (anew). Throws what CREATE TABLE throws.
PlannedTable PlanTable(engine::Session& session, const Definition& definition,
                       const std::vector<engine::ResultColumn>& columns,
                       const catalog::TableState* kept);

}  // namespace laguna::pipeline
