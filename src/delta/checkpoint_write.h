// SPDX-License-Identifier: Apache-2.0
// Writes a snapshot as a checkpoint (protocol sections "Checkpoints" and "Checkpoint Schema"): of
// the V1 spec, or of the V2 spec, with sidecars where one file would be large. Both bear the
// classic name, so that a reader that does not know V2 finds the protocol and can say what it
// lacks.
//
// The checkpoint is durable when it is given back, so that `_last_checkpoint` may name it; a
// process that dies at any moment leaves a log that reads the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "delta/action.h"
#include "delta/last_checkpoint.h"
#include "delta/ports.h"
#include "delta/snapshot.h"
#include "io/object_store.h"

namespace laguna::delta {

struct CheckpointJob {
  // The table's folder.
  std::string root;
  SnapshotPtr snapshot;
  // Removed files that readers of older versions and VACUUM still need to know of; none of them
  // live in `snapshot`.
  std::vector<RemoveFile> tombstones;
  // Transactions last updated before it are left out; 0: all are kept
  // (delta.setTransactionRetentionDuration).
  int64_t transactions_not_before_ms = 0;
  // The table supports v2Checkpoint.
  bool is_v2 = false;
  // V2: more adds and removes than this go into sidecars of so many.
  size_t file_actions_max = 100'000;
  // delta.checkpoint.writeStatsAsJson.
  bool writes_statistics = true;
  // delta.checkpoint.writeStatsAsStruct.
  bool writes_typed_statistics = false;
};

struct WrittenCheckpoint {
  // For _last_checkpoint.
  LastCheckpoint hint;
  // Sidecars, and the checkpoint itself as the last.
  std::vector<std::string> keys;
};

// `random` names sidecars. Errors are the store's; sidecars written until then may stay, and no
// checkpoint names them.
WrittenCheckpoint WriteCheckpoint(const CheckpointJob& job, io::ObjectStore& store,
                                  ParquetPort& parquet, base::Random& random,
                                  const io::Call& call = {});

}  // namespace laguna::delta
