// SPDX-License-Identifier: Apache-2.0
// Writes a snapshot as a classic checkpoint (protocol sections "Checkpoints" and "Checkpoint
// Schema"), which every reader takes, of tables with the feature v2Checkpoint too.
//
// The checkpoint is durable when it is given back, so that `_last_checkpoint` may name it; a
// process that dies at any moment leaves a log that reads the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
};

struct WrittenCheckpoint {
  // For _last_checkpoint.
  LastCheckpoint hint;
  std::vector<std::string> keys;
};

// Errors are the store's.
WrittenCheckpoint WriteCheckpoint(const CheckpointJob& job, io::ObjectStore& store,
                                  ParquetPort& parquet, const io::Call& call = {});

}  // namespace laguna::delta
