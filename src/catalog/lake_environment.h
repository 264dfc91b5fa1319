// SPDX-License-Identifier: Apache-2.0
// What a lake's catalog needs from the outside. Filled and owned by app/compose; outlives the
// database.
#pragma once

#include <span>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "engine/database.h"
#include "io/object_store.h"

namespace laguna::catalog {

struct LakeEnvironment {
  const Lake& lake;
  // Rooted at lake.storage_root.
  io::ObjectStore& store;
  const base::Clock& clock;
  base::Random& random;
};

// Attaches the lake as the default catalog `lake` and registers every SQL function of
// catalog/function.
engine::DatabaseSetup AttachLake(const LakeEnvironment& environment);
// All statements of catalog/statement.
std::span<const engine::OwnStatement* const> LakeStatements();

}  // namespace laguna::catalog
