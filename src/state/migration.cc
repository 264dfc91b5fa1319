// SPDX-License-Identifier: Apache-2.0
#include "state/migration.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "base/error.h"

namespace laguna::state {

#include "state/migration_table.inc"

namespace {

std::vector<const Migration*> InOrder() {
  std::vector<const Migration*> migrations(std::begin(migration_table), std::end(migration_table));
  std::ranges::sort(migrations, {}, &Migration::version);
  for (size_t i = 0; i < migrations.size(); ++i) {
    LAGUNA_ASSERT(migrations[i]->version == static_cast<int>(i) + 1);
  }
  return migrations;
}

void RefuseNewer(const Connection& connection, int64_t version) {
  if (version <= NewestVersion()) return;
  throw base::Error(base::ErrorKind::kUnsupported, "state.newer",
                    fmt::format("The control state '{}' has version {}; this program knows "
                                "versions up to {}.",
                                connection.path(), version, NewestVersion()))
      .Hint("Use the newer program that wrote it.");
}

void ApplyMissing(Connection& connection) {
  const int64_t version = connection.ReadInteger("PRAGMA user_version");
  RefuseNewer(connection, version);
  for (const Migration* migration : InOrder()) {
    if (migration->version <= version) continue;
    connection.Execute(std::string(migration->sql));
    connection.Execute(fmt::format("PRAGMA user_version = {}", migration->version));
  }
}

}  // namespace

int NewestVersion() {
  return InOrder().back()->version;
}

void CheckCurrent(Connection& connection) {
  const int64_t version = connection.ReadInteger("PRAGMA user_version");
  RefuseNewer(connection, version);
  if (version == NewestVersion()) return;
  throw base::Error(
      base::ErrorKind::kUnsupported, "state.older",
      fmt::format("The control state '{}' has version {} and may not be written; this "
                  "program reads version {}.",
                  connection.path(), version, NewestVersion()))
      .Hint("Run 'laguna runs' once as somebody who may write it.");
}

void Migrate(Connection& connection) {
  const int64_t version = connection.ReadInteger("PRAGMA user_version");
  RefuseNewer(connection, version);
  if (version == NewestVersion()) return;
  connection.Execute("BEGIN IMMEDIATE");
  try {
    // Another process may have done it meanwhile.
    ApplyMissing(connection);
    connection.Execute("COMMIT");
  } catch (...) {
    connection.Execute("ROLLBACK");
    throw;
  }
}

}  // namespace laguna::state
