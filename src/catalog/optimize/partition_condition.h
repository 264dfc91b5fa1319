// SPDX-License-Identifier: Apache-2.0
// OPTIMIZE ... WHERE: which partitions of a table a condition over its partition columns takes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "catalog/table_view.h"
#include "delta/compaction.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

// Those of `partitions` for which the condition, a text of SQL, is true. InvalidInput for a text
// that is no condition, and for one over columns that are no partition columns; Unsupported for one
// with queries inside.
std::vector<delta::Partition> PartitionsThatMeet(duckdb::ClientContext& context,
                                                 const TableViewPtr& view, io::ObjectStore& store,
                                                 std::vector<delta::Partition> partitions,
                                                 const std::string& condition,
                                                 const std::string& table);

}  // namespace laguna::catalog
