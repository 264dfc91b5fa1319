// SPDX-License-Identifier: Apache-2.0
// The expectations of a table, checked before any row is: each has to be a condition on one row.
#pragma once

#include <vector>

#include "base/error.h"
#include "engine/relation.h"
#include "engine/result.h"
#include "engine/session.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// What is wrong in the conditions, each with its place. `columns` is what the definition's query
// gives when its relations are replaced as `plan` says. Throws what is no mistake of the pipeline.
std::vector<base::Error> CheckConditions(engine::Session& session, const Definition& definition,
                                         const engine::QueryPlan& plan,
                                         const std::vector<engine::ResultColumn>& columns);

}  // namespace laguna::pipeline
