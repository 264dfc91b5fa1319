// SPDX-License-Identifier: Apache-2.0
// The streams of a table, checked before any row is: a streaming table takes one in, row by row; a
// materialized view reads none.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/relation.h"
#include "engine/session.h"
#include "pipeline/pipeline.h"

namespace laguna::pipeline {

// What is wrong in where the query says STREAM, each with its place.
std::vector<base::Error> CheckStreams(const PipelineTable& table);

// What only a whole table can give would depend on how its rows fell into batches: refuses it, with
// its place. `plan` replaces the query's relations; `streams` are the replacements that stand for
// streams. Makes a temporary view of the session.
std::optional<base::Error> CheckRowByRow(engine::Session& session, const Definition& definition,
                                         engine::QueryPlan plan,
                                         const std::set<std::string>& streams);

}  // namespace laguna::pipeline
