// SPDX-License-Identifier: Apache-2.0
// The control state's schema, version by version: one file each in state/migration, never changed
// once released.
#pragma once

#include <string_view>

#include "state/connection.h"

namespace laguna::state {

struct Migration {
  // From 1, without gaps.
  int version;
  std::string_view sql;
};

// Brings the database to this program's version, in one transaction. Unsupported "state.newer" when
// a newer program wrote it. May throw Busy.
void Migrate(Connection& connection);
// Unsupported "state.older" for a database that nobody may bring to this program's version, which
// reads none but its own.
void CheckCurrent(Connection& connection);
// This program's version.
int NewestVersion();

}  // namespace laguna::state
