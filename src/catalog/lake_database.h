// SPDX-License-Identifier: Apache-2.0
// The one way a lake's engine is set up, for the program, the interpreter of .test files and tests.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_environment.h"
#include "engine/database.h"

namespace laguna::catalog {

class LogUpkeeper;

// What the program decides and laguna.yaml does not.
struct LakeOpening {
  // Where queries spill; empty: nowhere.
  std::string temp_directory = {};
  std::string extension_directory = {};
  // What checkpoints are left to; outlives the database. Null: who commits writes them.
  LogUpkeeper* log_upkeeper = nullptr;
  // What higher levels add: system tables, functions. Run after the lake is attached.
  std::vector<engine::DatabaseSetup> setups = {};
};

// Limits and time zone of laguna.yaml, the storage as the engine's file system, the lake as its
// default catalog, all statements of ours. `environment` outlives the database.
engine::DatabaseConfig LakeDatabaseConfig(const LakeEnvironment& environment, LakeOpening opening);
// Its part that attaches the lake.
engine::DatabaseSetup AttachLake(const LakeEnvironment& environment, LogUpkeeper* upkeeper);

}  // namespace laguna::catalog
