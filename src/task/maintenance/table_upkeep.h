// SPDX-License-Identifier: Apache-2.0
// A session's way to laguna_doctor: what is wrong with a table, which tables there are, and the
// statements that mend what may be mended unattended. For the task `maintain` and `laguna table
// doctor`. Used by the session's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/health/table_finding.h"
#include "engine/session.h"

namespace laguna::task {

struct UpkeepTable {
  // bronze.sales, /data/sales.
  std::string name;
  // What laguna_doctor is called with: 'bronze.sales', path => '/data/sales'.
  std::string argument;
};

std::vector<catalog::TableFinding> FindingsOf(engine::Session& session, const UpkeepTable& table);

// The tables of the lake that one of the patterns names: zone.table, zone.*, *. Ordered. NotFound
// "maintain.no_table" for a pattern that names none, with the nearest name.
std::vector<UpkeepTable> TablesNamed(engine::Session& session,
                                     const std::vector<std::string>& patterns);

struct UpkeepSettings {
  // Names of routine findings; only these are mended. Nothing: all that are routine.
  std::optional<std::vector<std::string>> only;
  // Says what would be done, and does nothing.
  bool dry_run = false;
  // Told of every finding and of what was done about it.
  std::function<void(std::string_view line)> log;
};

struct UpkeepCounts {
  size_t tables = 0;
  size_t findings = 0;
  size_t statements = 0;
};

// Examines the tables one after the other and runs the statements of routine findings. What fails
// for one table is told and does not stop the others; the first such error comes back. Throws
// Cancelled.
struct UpkeepResult {
  UpkeepCounts counts;
  std::optional<base::Error> error;
};
UpkeepResult KeepUpTables(engine::Session& session, const std::vector<UpkeepTable>& tables,
                          const UpkeepSettings& settings);

}  // namespace laguna::task
