// SPDX-License-Identifier: Apache-2.0
// DuckDB's Parquet writer with a record of what it writes.
//
// The function returned wraps DuckDB's own: each file is noted with the transaction before its
// first byte, so that a rollback finds it; and columns of floating point numbers are watched for
// NaN, because the writer's own answer is that of the last row group only. Stateless but for its
// bind data.
#pragma once

#include <string>

#include "catalog/write/write_target.h"
#include "duckdb/function/copy_function.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct RecordedParquet {
  duckdb::CopyFunction function;
  duckdb::unique_ptr<duckdb::FunctionData> bind_data;
  // "snappy", as files are named after it.
  std::string codec;
};

// Files with the target's columns, partition columns left out.
RecordedParquet BindParquet(duckdb::ClientContext& context, const WriteTargetPtr& target);

}  // namespace laguna::catalog
