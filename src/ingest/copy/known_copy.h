// SPDX-License-Identifier: Apache-2.0
// Whether a copy has been made before under other words: "a/s.csv" and "/data/shop/a/s.csv" are one
// source, and columns' names know no case. Such a copy goes on with its history, for a second one
// would put every row into the folder once more.
#pragma once

#include "catalog/lake_environment.h"
#include "ingest/copy/copy_record.h"
#include "io/object_store.h"

namespace laguna::ingest {

// The identity under which the copy has a history, or `wanted` as it is. InvalidInput
// "copy.other_cursor" when it has one by another cursor, "copy.other_name" when that is of a table
// whose name is written in another case, which may be another table.
CopyIdentity KnownIdentity(const catalog::LakeEnvironment& environment, const CopyIdentity& wanted,
                           const io::Call& call);

}  // namespace laguna::ingest
