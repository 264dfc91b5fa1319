// SPDX-License-Identifier: Apache-2.0
#include "ingest/row_counts.h"

#include <algorithm>

namespace laguna::ingest {

void RowCounts::Add(const RowCounts& more) {
  files_read += more.files_read;
  rows_read += more.rows_read;
  rows_written += more.rows_written;
  rows_dropped += more.rows_dropped;
  rows_quarantined += more.rows_quarantined;
  rows_failed_to_parse += more.rows_failed_to_parse;
  for (const RowCheckCount& count : more.checks) {
    const auto found = std::ranges::find(checks, count.name, &RowCheckCount::name);
    if (found == checks.end()) {
      checks.push_back(count);
    } else {
      found->passed += count.passed;
      found->failed += count.failed;
    }
  }
}

}  // namespace laguna::ingest
