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

#include "base/random.h"
#include "delta/action.h"
#include "delta/snapshot.h"

namespace laguna::delta {

inline constexpr std::string_view kRowTrackingDomain = "delta.rowTracking";

// Properties: whether rows keep ids, and what the columns are called in which rows that were
// written anew stand with theirs.
inline constexpr const char* kEnableRowTracking = "delta.enableRowTracking";
inline constexpr const char* kRowIdColumn = "delta.rowTracking.materializedRowIdColumnName";
inline constexpr const char* kRowCommitVersionColumn =
    "delta.rowTracking.materializedRowCommitVersionColumnName";

// Gives a table whose rows shall keep ids the names of those columns, where it has none yet.
void NameRowIdColumns(Metadata& metadata, base::Random& random);

// The files of `table` that have no ids yet, for the commit that switches row tracking on: their
// entries once more, which change no row. Files that `actions` add or remove are left out.
[[nodiscard]] std::vector<Action> FilesWithoutRowIds(const Snapshot& table,
                                                     const std::vector<Action>& actions);

// The highest id given away; -1 where none was. Corrupt ("delta.row_tracking") for a domain that
// does not say.
[[nodiscard]] int64_t RowIdHighWaterMark(const Snapshot::State& table);

// Fills in what the adds among `actions`, which make `version`, lack, and appends the domain's new
// state. Ids of files that have some stay, and count as given away. InvalidInput
// ("delta.row_count") for a file that does not say how many rows it has.
void AssignRowIds(std::vector<Action>& actions, int64_t high_water_mark, int64_t version);

}  // namespace laguna::delta
