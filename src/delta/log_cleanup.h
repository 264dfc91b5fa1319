// SPDX-License-Identifier: Apache-2.0
// Which files of a log nobody needs any more (protocol section "Metadata Cleanup").
//
// What goes is older than a complete checkpoint that is itself as old as the retention asks for, so
// every version from that checkpoint on can still be read. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/log_segment.h"

namespace laguna::delta {

// Commits before this time may go: delta.logRetentionDuration (30 days) before `now_ms`, at the
// beginning of that day, as Spark has it.
[[nodiscard]] int64_t LogCutoff(const Properties& properties, int64_t now_ms);

// The keys to delete out of a log, commits, checkpoints, compacted commits and checksums. Empty
// when no checkpoint is old enough.
[[nodiscard]] std::vector<std::string> ExpiredLogFiles(const LogListing& log, int64_t cutoff_ms);

// Sidecars written before this time may go when no checkpoint names them: a day before `now_ms`, at
// the beginning of that day, so that a checkpoint in the making keeps its own.
[[nodiscard]] int64_t SidecarCutoff(int64_t now_ms);

}  // namespace laguna::delta
