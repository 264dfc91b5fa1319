// SPDX-License-Identifier: Apache-2.0
// What became of rows on their way into a table: of one write, one batch, one run. Whoever reports
// on one of these reports them by being a RowCounts too, so that they are listed and added up here
// and nowhere else. A value.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/row_check.h"

namespace laguna::ingest {

struct RowCounts {
  int64_t files_read = 0;
  // Rows the sources gave (the query's rows where checks count them).
  int64_t rows_read = 0;
  int64_t rows_written = 0;
  int64_t rows_dropped = 0;
  int64_t rows_quarantined = 0;
  int64_t rows_failed_to_parse = 0;
  std::vector<RowCheckCount> checks = {};

  // Those of checks by the check's name.
  void Add(const RowCounts& more);
};

}  // namespace laguna::ingest
