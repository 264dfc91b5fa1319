// SPDX-License-Identifier: Apache-2.0
// Conditions rows must meet, as values: what pipelines call expectations. ingest knows no
// pipelines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::ingest {

enum class OnViolation {
  kKeep,        // count, and let the row through
  kDropRow,     // count, and leave the row out
  kQuarantine,  // count, and put the row into <table>__quarantine with the names of the checks it
                // failed
  kFail,        // nothing is committed
};

struct RowCheck {
  std::string name;
  // A boolean expression over the query's columns, from the query's script. NULL is a violation.
  std::string_view condition;
  // Byte offset of the condition in the script.
  size_t offset = 0;
  OnViolation on_violation = OnViolation::kKeep;
};

// Counts of one batch.
struct RowCheckCount {
  std::string name;
  OnViolation on_violation = OnViolation::kKeep;
  int64_t passed = 0;
  int64_t failed = 0;
};

}  // namespace laguna::ingest
