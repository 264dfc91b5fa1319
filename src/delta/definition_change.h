// SPDX-License-Identifier: Apache-2.0
// Whether a commit that was made against one definition of a table is as good against the one that
// another commit gave it meanwhile. Pure; thread-safe.
//
// Most changes are not harmless: a file that was written without a new column's default, or a row
// that a new constraint would have refused, must not go in. The lists are Spark's, who lets those
// features be switched on under running writers that ask nothing of files written before.
#pragma once

#include "delta/action.h"

namespace laguna::delta {

// No feature went, and none came that asks more of writers than any commit of ours does.
[[nodiscard]] bool IsHarmlessChange(const Protocol& before, const Protocol& after);

// Nothing but: row tracking, column mapping by name, deletion vectors and in-commit timestamps
// switched on, the kind of checkpoints, values of identity columns given away. `protocol` is the
// table's after the change. `changes_rows`: the commit removes or rewrites rows.
[[nodiscard]] bool IsHarmlessChange(const Metadata& before, const Metadata& after,
                                    const Protocol& protocol, bool changes_rows);

}  // namespace laguna::delta
