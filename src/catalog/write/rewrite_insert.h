// SPDX-License-Identifier: Apache-2.0
// What happens to an INSERT into a table of the lake before DuckDB binds it: clauses that make no
// sense for Delta are refused by name, constants that would lose a part too, and WITH SCHEMA
// EVOLUTION widens the target by the columns of the rows.
#pragma once

#include <optional>

#include "base/error.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// An engine::TreeRewriter.
void RewriteInsert(const engine::Rewriting& rewriting);

// An engine::FailureReader: the one message that lists the columns that do not fit.
std::optional<base::Error> ReadInsertFailure(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
