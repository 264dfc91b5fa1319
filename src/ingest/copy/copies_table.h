// SPDX-License-Identifier: Apache-2.0
// The history of copies as the system table laguna.copies: one row for each file a copy published.
#pragma once

#include <vector>

#include "engine/row_source.h"
#include "ingest/copy/copy_record.h"
#include "io/object_store.h"

namespace laguna::ingest {

// Every record of every copy, by copy, then by number; the outcome is missing where a copy is under
// way or was killed.
std::vector<CopyRecord> CopyHistory(io::ObjectStore& store);

// The table function behind laguna.copies. The store outlives it.
engine::RowSource CopiesTable(io::ObjectStore& store);

}  // namespace laguna::ingest
