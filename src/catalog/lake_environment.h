// SPDX-License-Identifier: Apache-2.0
// What a lake's catalog needs from the outside. Filled and owned by app/compose; outlives the
// database.
#pragma once

#include <span>
#include <string_view>
#include <vector>

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
// Only the functions, without a lake: delta_scan reads any Delta table. `environment.lake.folder`
// is where relative paths start.
engine::DatabaseSetup RegisterFunctions(const LakeEnvironment& environment);
// All statements of catalog/statement.
std::span<const engine::OwnStatement* const> LakeStatements();

// The page of one SQL function, for help and documentation.
struct FunctionPage {
  std::string_view name;
  std::string_view syntax;
  std::string_view documentation;
  std::string_view example;
};
std::vector<FunctionPage> LakeFunctionPages();

}  // namespace laguna::catalog
