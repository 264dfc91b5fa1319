// SPDX-License-Identifier: Apache-2.0
// From a statement of a pipeline file to the table it defines. Pure: looks at the text and at the
// lake's zones, at nothing else.
#pragma once

#include <memory>

#include "catalog/lake.h"
#include "engine/script.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// CREATE [OR REFRESH] STREAMING TABLE ... and CREATE [OR REFRESH | OR REPLACE] MATERIALIZED VIEW
// ...; the clauses are on the page docs/pipelines.md. All else is an Error with its place:
// InvalidInput "sql.syntax" and "pipeline.*", Unsupported "pipeline.not_yet" for what Lakeflow has
// and this does not. The query is only cut out, not parsed. The error's values hold
// the "table" once its name is known.
Definition ParseDefinition(const std::shared_ptr<const engine::Script>& script,
                           const engine::ScriptStatement& statement, const catalog::Lake& lake);

}  // namespace laguna::pipeline
