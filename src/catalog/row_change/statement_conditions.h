// SPDX-License-Identifier: Apache-2.0
// The conditions of DELETE, UPDATE and MERGE INTO as SQL, for the history of the table. The syntax
// tree has them as users wrote them; once planned they are columns by number.
#pragma once

#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// An engine::TreeRewriter: notes the conditions among the statement's options
// (engine::StatementOptions::row_conditions) and leaves the tree as it is.
void NoteRowConditions(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
