// SPDX-License-Identifier: Apache-2.0
#include "catalog/log/commit_upkeep.h"

#include "catalog/log/log_upkeeper.h"
#include "delta/log_upkeep.h"
#include "duckdb/main/attached_database.hpp"
#include "duckdb/main/database.hpp"

namespace laguna::catalog {
namespace {

// Holds what the catalog and its table live in: while the job waits the program may drop a spoilt
// database, and a session may detach the lake.
LogUpkeeper::Job JobFor(LakeCatalog& catalog, const std::string& root,
                        const delta::SnapshotPtr& committed) {
  const LakeEnvironment& environment = catalog.environment();
  delta::Table& table = catalog.Table(root);
  return {root, [database = catalog.GetDatabase().shared_from_this(),
                 lake = catalog.GetAttached().shared_from_this(), &environment, &table,
                 committed](const io::Call& call) {
            return delta::KeepUpLog(table, committed, environment.clock, environment.random, call);
          }};
}

void KeepUp(LakeCatalog& catalog, const std::string& root, const delta::SnapshotPtr& committed) {
  delta::Table& table = catalog.Table(root);
  const delta::UpkeepReport report = delta::WriteVersionChecksum(table, *committed);
  LogUpkeeper* upkeeper = catalog.log_upkeeper();
  if (upkeeper != nullptr) upkeeper->Tell(root, report);
  if (!delta::UpkeepIsDue(table, *committed)) return;
  if (upkeeper != nullptr) {
    upkeeper->Add(JobFor(catalog, root, committed));
  } else {
    const LakeEnvironment& environment = catalog.environment();
    delta::KeepUpLog(table, committed, environment.clock, environment.random);
  }
}

}  // namespace

void KeepUpBehind(LakeCatalog& catalog, const std::string& root,
                  const delta::SnapshotPtr& committed) noexcept {
  if (!committed) return;
  try {
    KeepUp(catalog, root, committed);
  } catch (...) {
    // No memory, or no thread: the commit stands, and a later one does the work.
  }
}

}  // namespace laguna::catalog
