// SPDX-License-Identifier: Apache-2.0
// The state of a table out of a checkpoint (protocol section "Checkpoints"): classic, of several
// parts, and V2 with a JSON or Parquet top file and sidecars.
//
// Rows of files go straight into a FileTable; only the columns that are needed are read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/file_table.h"
#include "delta/log_segment.h"
#include "delta/ports.h"
#include "io/object_store.h"

namespace laguna::delta {

// What a checkpoint says. Protocol and metadata are missing only in broken ones; LogReplay refuses
// those unless a later commit brings them.
struct CheckpointContents {
  int64_t version = 0;
  std::optional<Protocol> protocol;
  std::optional<Metadata> metadata;
  std::map<std::string, SetTransaction> transactions;
  std::map<std::string, DomainMetadata> domains;
  FileTable files;
};

// `root` is the table's folder. Errors: Corrupt ("delta.checkpoint") naming the file, NotFound when
// a part or sidecar is gone.
CheckpointContents ReadCheckpoint(const CheckpointFiles& checkpoint, io::ObjectStore& store,
                                  const std::string& root, ParquetPort& parquet,
                                  const io::Call& call = {});

// The remove actions a checkpoint keeps (protocol section "Checkpoint Contents": tombstones that
// have not expired), for the next checkpoint: those deleted at or after `not_before_ms`. Sidecars
// are looked for where the table supports v2Checkpoint (`may_have_sidecars`).
std::vector<RemoveFile> ReadTombstones(const CheckpointFiles& checkpoint, int64_t not_before_ms,
                                       bool may_have_sidecars, io::ObjectStore& store,
                                       const std::string& root, ParquetPort& parquet,
                                       const io::Call& call = {});

// Where the sidecars lie that a checkpoint names (ObjectStore::Locate).
std::vector<std::string> ReadSidecarLocations(const CheckpointFiles& checkpoint,
                                              io::ObjectStore& store, const std::string& root,
                                              ParquetPort& parquet, const io::Call& call = {});

}  // namespace laguna::delta
