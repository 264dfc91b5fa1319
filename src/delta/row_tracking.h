// SPDX-License-Identifier: Apache-2.0
// Row ids and row commit versions of the files a commit adds (protocol section "Row Tracking").
// Pure; thread-safe.
//
// A file's rows have the ids from its baseRowId on. Ids that were given away are never given again:
// the highest stands in the metadata domain delta.rowTracking, and a commit that has to go in
// behind others counts on from theirs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/snapshot.h"

namespace laguna::delta {

inline constexpr std::string_view kRowTrackingDomain = "delta.rowTracking";

// The highest id given away; -1 where none was. Corrupt ("delta.row_tracking") for a domain that
// does not say.
[[nodiscard]] int64_t RowIdHighWaterMark(const Snapshot::State& table);

// Fills in what the adds among `actions`, which make `version`, lack, and appends the domain's new
// state. Ids of files that have some stay. InvalidInput ("delta.row_count") for a file that does
// not say how many rows it has.
void AssignRowIds(std::vector<Action>& actions, int64_t high_water_mark, int64_t version);

}  // namespace laguna::delta
