// SPDX-License-Identifier: Apache-2.0
// A commit that says what was done to a table and changes nothing of it, such as the begin and the
// end of a VACUUM.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "delta/table.h"
#include "delta/transaction.h"

namespace laguna::delta {

// Puts the operation into the log behind `read` and whatever others commit meanwhile. Conflict
// ("commit.conflict") when the table was dropped, or given features of which we know nothing;
// Unavailable ("commit.unknown") when the store does not say whether it went in. Unsupported as
// CheckWritable has it.
Committed NoteInLog(Table& table, const SnapshotPtr& read, const Operation& operation,
                    const base::Clock& clock, base::Random& random, const io::Call& call = {});

}  // namespace laguna::delta
