// SPDX-License-Identifier: Apache-2.0
// The conditions of DELETE, UPDATE and MERGE INTO as SQL, for the history of the table. The syntax
// tree has them as users wrote them; once planned they are columns by number. Parameters have the
// values that the statement or its EXECUTE gives.
#pragma once

#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// An engine::TreeRewriter: notes the conditions among the statement's options
// (engine::StatementOptions::row_conditions) and leaves the tree as it is, but for expressions that
// an EXECUTE gives: those are evaluated here, once, and stand there as values.
void NoteRowConditions(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
