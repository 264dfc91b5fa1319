// SPDX-License-Identifier: Apache-2.0
// One data file as the Parquet writer reports it, turned into the add action that names it. Pure
// functions over DuckDB's values.
#pragma once

#include <cstdint>

#include "catalog/write/write_target.h"
#include "delta/action.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct WrittenFile {
  delta::AddFile add;
  int64_t rows = 0;
};

// `row` of a chunk as DuckDB's CopyFunctionReturnType::WRITTEN_FILE_STATISTICS lays it out.
WrittenFile WrittenFileOf(const WriteTarget& target, const duckdb::DataChunk& chunk,
                          duckdb::idx_t row, int64_t now_ms);

}  // namespace laguna::catalog
