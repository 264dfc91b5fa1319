// SPDX-License-Identifier: Apache-2.0
// The versions whose changes are asked for: table_changes('t', from [, to]), each a version or a
// time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "catalog/opened_table.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct ChangeRange {
  // Inclusive; empty when to < from: two times between which nothing was committed.
  int64_t from = 0;
  int64_t to = -1;
  // When each version of the range was committed.
  std::map<int64_t, int64_t> timestamps_ms;
};

// A number is a version. Anything else is a time: `from` begins with the first version at or after
// it, `to` ends with the last at or before it; without `to` it is the version the transaction sees.
// InvalidInput for a range that ends before it begins, NotFound for versions that are not there
// (yet or any more) and times outside of the log.
ChangeRange ChangeRangeOf(duckdb::ClientContext& context, const OpenedTable& table,
                          const duckdb::Value& from, const std::optional<duckdb::Value>& to);

}  // namespace laguna::catalog
