// SPDX-License-Identifier: Apache-2.0
// What became of a table in one run of a pipeline, and of the run. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ingest/row_counts.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

enum class RefreshState {
  kUpdated,    // something was committed
  kUnchanged,  // nothing was new
  kWaiting,    // its source has nothing yet; the table is not there
  kFailed,
  kSkipped,    // what it reads failed
  kCancelled,  // the run was stopped before or while it was refreshed
};

// "updated", "unchanged", ...
std::string_view NameOf(RefreshState state);

// The rows are those of all batches together.
struct TableReport : ingest::RowCounts {
  std::string table;
  TableKind kind = TableKind::kStreamingTable;
  RefreshState state = RefreshState::kUnchanged;
  // Why: "no file yet: landing/x/*.csv", "bronze.sales failed"; the error's sentence.
  std::string reason;
  int64_t batches = 0;
  // Changed after they were read: what they have now is not in the table.
  int64_t files_changed = 0;
  // The first of them, by name.
  std::vector<std::string> changed_files;
  double seconds = 0;
  // The table's version; nothing when it was not written.
  std::optional<int64_t> version;
  // For kFailed and kCancelled, where there is more to say than the reason.
  std::optional<base::Error> error;
};

struct RunReport {
  // Mistakes in the pipeline's files; then nothing ran.
  std::vector<base::Error> errors;
  // The selected tables in the order they were refreshed.
  std::vector<TableReport> tables;
  bool cancelled = false;

  [[nodiscard]] bool failed() const;
  // The first thing that went wrong, said with the table's name and how much else did; nothing when
  // all went well.
  [[nodiscard]] std::optional<base::Error> FirstError() const;
};

// "12,345 rows in 2 batches, 3 dropped"; "nothing new"; "skipped: bronze.sales failed".
std::string DetailOf(const TableReport& report);
// One line of what expectations counted, for each that rows failed: "silver.sales: has_invoice
// failed for 12 of 300 rows (quarantined)".
std::vector<std::string> FailedExpectations(const TableReport& report);

}  // namespace laguna::pipeline
