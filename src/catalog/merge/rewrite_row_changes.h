// SPDX-License-Identifier: Apache-2.0
// UPDATE and MERGE INTO as Delta has them, made of what DuckDB has: paths in SET, `*` by name,
// WITH SCHEMA EVOLUTION. For all tables, the lake's and DuckDB's own, so that one statement means
// one thing.
#pragma once

#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// An engine::TreeRewriter.
void RewriteRowChanges(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
