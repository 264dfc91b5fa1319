// SPDX-License-Identifier: Apache-2.0
// When a version was committed (protocol section "In-Commit Timestamps"). Pure; thread-safe.
//
// A table with in-commit timestamps has the time of a commit in its commitInfo, from the version on
// that switched them on; before that, and in other tables, it is the time of the commit's file.
#pragma once

#include <cstdint>
#include <optional>

#include "delta/action.h"

namespace laguna::delta {

struct InCommitTimestamps {
  // The first version that has one, and its time; 0 where every version does.
  int64_t first_version = 0;
  int64_t first_timestamp_ms = 0;
};

// Nothing for a table that has none.
[[nodiscard]] std::optional<InCommitTimestamps> InCommitTimestampsOf(const Metadata& metadata);

}  // namespace laguna::delta
