// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE ... SET PARTITIONED BY: all rows of a table written anew into other partitions, in
// one commit that changes no data: who reads the table's changes sees none. Its definition and the
// ids of its rows stay; so does all that a new table would have to be told again. Used on the
// query's thread, outside of any transaction of the lake.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/lake_catalog.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct RepartitionReport {
  size_t files_removed = 0;
  size_t files_added = 0;
  int64_t bytes_removed = 0;
  int64_t bytes_added = 0;
};

// `root` as "bronze/t"; no columns: no partitions. Nothing is done where the table has them
// already. InvalidInput ("partition.column") for columns that the table has not, or that are named
// twice; Unsupported for what cannot be a partition, and for a table with a feature we do not
// write; Violation for a table that takes appends only; Conflict when others change the table each
// time.
RepartitionReport RepartitionTable(duckdb::ClientContext& context, LakeCatalog& catalog,
                                   const std::string& root,
                                   const std::vector<std::string>& columns);

}  // namespace laguna::catalog
