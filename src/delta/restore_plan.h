// SPDX-License-Identifier: Apache-2.0
// RESTORE: what makes a table again what it was at an older version. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "delta/action.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"

namespace laguna::delta {

struct RestorePlan {
  // Schema, partitioning and properties of then, under the id of now. What only moves forward stays
  // as it is now: the highest column id, values of identity columns, and what Laguna notes for
  // itself (laguna.*).
  Metadata metadata;
  // Files of then that are not live now, and the other way round; a file with another deletion
  // vector is both.
  std::vector<AddFile> restored;
  std::vector<RemoveFile> removed;
  int64_t restored_bytes = 0;
  int64_t removed_bytes = 0;
  // The partitioning differs, so no file stays.
  bool replaces_all = false;

  [[nodiscard]] bool ChangesNothing(const Snapshot& now) const;
};

[[nodiscard]] RestorePlan PlanRestore(const Snapshot& now, const Snapshot& then);

// Puts the plan into a transaction on `now`.
void Restore(const RestorePlan& plan, const Snapshot& now, Transaction& transaction);

}  // namespace laguna::delta
