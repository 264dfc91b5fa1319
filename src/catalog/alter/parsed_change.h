// SPDX-License-Identifier: Apache-2.0
// ALTER statements that DuckDB's parser knows, as changes of a Delta table's columns. Pure.
#pragma once

#include <string>
#include <vector>

#include "catalog/alter/column_change.h"
#include "engine/declared_type.h"

namespace duckdb {
struct AlterTableInfo;
}  // namespace duckdb

namespace laguna::catalog {

// `info` outlives the change; its types are bound, and `declared` says more of them. `table`
// ("bronze.t") is for messages. Unsupported "alter.*", by name, for what a Delta table cannot take:
// DEFAULT of a new column, USING, another partitioning, SORTED BY, keys; InvalidInput for SET NOT
// NULL.
ColumnChange ParsedChange(const duckdb::AlterTableInfo& info,
                          const std::vector<engine::DeclaredColumn>& declared,
                          const std::string& table);

}  // namespace laguna::catalog
