// SPDX-License-Identifier: Apache-2.0
// _last_checkpoint: where the newest checkpoint was when somebody last wrote one (protocol section
// "Last Checkpoint File").
//
// A hint, and nothing more: it may be stale, torn or a lie, and names where a listing of the log
// may begin. Whoever reads it must come to the same answer without it. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/object_store.h"

namespace laguna::delta {

struct LastCheckpoint {
  int64_t version = 0;
  // Actions in the checkpoint.
  int64_t size = 0;
  // Files of a checkpoint of several parts.
  std::optional<int64_t> parts;
  std::optional<int64_t> size_bytes;
  std::optional<int64_t> file_count;
  bool operator==(const LastCheckpoint&) const = default;
};

// Schemas of wide tables and V2 checkpoints with their actions stand in it; beyond this it is not
// read.
inline constexpr uint64_t kLastCheckpointBytesMax = uint64_t{1} << 20;

// Nothing for what makes no sense. Unknown fields are ignored.
[[nodiscard]] std::optional<LastCheckpoint> ParseLastCheckpoint(std::string_view json);
// On one line. Without the optional checksum and the checkpoint's schema: every reader looks at the
// files themselves.
[[nodiscard]] std::string WriteLastCheckpoint(const LastCheckpoint& checkpoint);

// Nothing where there is none, or what is there cannot be used. Errors: Cancelled, Unavailable.
std::optional<LastCheckpoint> ReadLastCheckpoint(io::ObjectStore& store, const std::string& root,
                                                 const io::Call& call = {});

// Names a checkpoint that is durable, unless a newer one is named already. Of several writers the
// one with the newest has the last word; who loses this race leaves a hint that is stale, which
// every reader has to live with anyway. It waits for no disk: a hint that is lost costs a longer
// listing.
void PutLastCheckpoint(io::ObjectStore& store, const std::string& root,
                       const LastCheckpoint& checkpoint, const io::Call& call = {});

// The key below the table's folder `root`.
[[nodiscard]] std::string LastCheckpointKey(const std::string& root);

}  // namespace laguna::delta
