// SPDX-License-Identifier: Apache-2.0
// Puts one commit into the log: attempt, find out, rebase, attempt again. Transaction says what to
// commit; this says how. No state outlives the call.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delta/conflict.h"
#include "delta/transaction.h"

namespace laguna::delta {

struct CommitPlan {
  // Null when the commit creates the table.
  SnapshotPtr read;
  CommitIntent intent;
  // Stands in the commitInfo of `actions_on`; how our own commit is known again.
  std::string txn_id;
  // The actions to commit right after `base` (null as `read`). Called again for each new base.
  std::function<std::vector<Action>(const Snapshot* base)> actions_on;
};

[[nodiscard]] CommitOutcome RunCommit(Table& table, const CommitPlan& plan,
                                      const base::Clock& clock, base::Random& random,
                                      const io::Call& call);

}  // namespace laguna::delta
