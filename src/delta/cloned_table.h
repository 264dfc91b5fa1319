// SPDX-License-Identifier: Apache-2.0
// What a new table takes over from another one: SHALLOW CLONE the definition and the files, where
// they lie; CREATE TABLE ... LIKE the definition alone. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/file_view.h"
#include "delta/snapshot.h"

namespace laguna::delta {

// Schema, partitioning, comment and properties, without what belongs to the one table alone: its
// id and age, when its in-commit timestamps began, and what Laguna notes for itself (laguna.*).
[[nodiscard]] Metadata ClonedDefinition(const Metadata& source);

// The same for a table that gets files of its own: column mapping begins anew, so do identity
// columns, and row tracking has no names yet.
[[nodiscard]] Metadata LikeDefinition(const Metadata& source);

// A live file as another table names it: by an absolute path, its deletion vector too. `location`
// is the source's folder as ObjectStore::Locate has it. Row ids are left out unless
// `keeps_row_ids`.
[[nodiscard]] AddFile ClonedFile(const FileView& file, std::string_view location,
                                 bool keeps_row_ids);

}  // namespace laguna::delta
