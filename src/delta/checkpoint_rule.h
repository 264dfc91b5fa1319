// SPDX-License-Identifier: Apache-2.0
// How often a log gets a checkpoint.
//
// A table that says so (delta.checkpointInterval) gets one every so many versions. Where it does
// not, the work of writing a checkpoint, which grows with the table, is weighed against that of
// reading the commits behind the last one: every tenth version of a small table, and of a large one
// when its commits have come to a small part of what a checkpoint is, or to more than a hundred and
// as many as take their readers the time of the checkpoint. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "delta/action.h"

namespace laguna::delta {

// What the log has behind its last checkpoint.
struct CommitsBehind {
  size_t count = 0;
  uint64_t bytes = 0;
};

// What the table asks for; 0: no checkpoints. Nothing where it does not say.
[[nodiscard]] std::optional<int64_t> AskedCheckpointInterval(const Properties& properties);

// False for versions that get no checkpoint, whatever the log looks like.
[[nodiscard]] bool MayGetCheckpoint(const Properties& properties, int64_t version);

// How many commits a log of such commits should have behind its checkpoint at most; 0: the table
// wants no checkpoints. `files`: live ones.
[[nodiscard]] int64_t CheckpointInterval(const Properties& properties, const CommitsBehind& behind,
                                         size_t files);

}  // namespace laguna::delta
