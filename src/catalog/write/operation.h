// SPDX-License-Identifier: Apache-2.0
// What DESCRIBE HISTORY shows of a write, in Spark's words. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "delta/action.h"
#include "delta/transaction.h"

namespace laguna::catalog {

struct WriteTotals {
  int64_t files = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  // What an overwrite took out.
  int64_t removed_files = 0;
  int64_t removed_bytes = 0;
  int64_t execution_ms = 0;
};

// "WRITE" with mode Append or Overwrite.
delta::Operation WriteOperation(bool overwrite, const WriteTotals& totals);
// "CREATE TABLE", "CREATE OR REPLACE TABLE", with "AS SELECT" where rows came with it.
delta::Operation CreateOperation(const delta::Metadata& metadata, bool replace);
delta::Operation CreateAsOperation(const delta::Metadata& metadata, bool replace,
                                   const WriteTotals& totals);

}  // namespace laguna::catalog
