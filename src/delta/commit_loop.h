// SPDX-License-Identifier: Apache-2.0
// Puts one commit into the log: attempt, find out, rebase, attempt again. Transaction says what to
// commit; this says how. No state outlives the call.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delta/conflict.h"
#include "delta/transaction.h"

namespace laguna::delta {

// A file of which the plan deletes rows, as it has to be committed behind others that changed it.
struct RebasedFile {
  // Of the vector it has in the base.
  std::string old_vector_id;
  // Nothing when no row is left.
  std::optional<AddFile> entry;
};
// Files that nobody else changed are not in it.
struct RebasedFiles {
  // By path; also such as others made, and in which rows of the plan are now.
  std::map<std::string, RebasedFile> files;
  // Files of the plan that are gone, because others wrote them anew.
  std::set<std::string> left;
};

struct CommitPlan {
  // Null when the commit creates the table.
  SnapshotPtr read;
  const CommitIntent& intent;
  // Stands in the commitInfo of `actions_on`; how our own commit is known again.
  std::string txn_id;
  // The actions to commit right after `base` (null as `read`). Called once for each new base.
  std::function<std::vector<Action>(const Snapshot* base, const RebasedFiles& rebased)> actions_on;
};

[[nodiscard]] CommitOutcome RunCommit(Table& table, const CommitPlan& plan,
                                      const base::Clock& clock, base::Random& random,
                                      const io::Call& call);

}  // namespace laguna::delta
