// SPDX-License-Identifier: Apache-2.0
// Keys of a CREATE TABLE. Delta has none: no commit looks at the rows of other commits.
#pragma once

#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// Unsupported "create.key", at its place, for a table of the lake with PRIMARY KEY, UNIQUE, FOREIGN
// KEY or REFERENCES. It comes before the engine binds the statement, which would look for the table
// that a key refers to.
void RefuseKeys(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
