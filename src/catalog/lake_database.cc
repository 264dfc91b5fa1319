// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_database.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/store_file_system.h"

namespace laguna::catalog {

engine::DatabaseConfig LakeDatabaseConfig(const LakeEnvironment& environment, LakeOpening opening) {
  const Lake& lake = environment.lake;
  engine::DatabaseConfig config;
  config.memory_limit_bytes = lake.memory_limit_bytes;
  config.threads = lake.threads;
  config.temp_directory = std::move(opening.temp_directory);
  config.time_zone = lake.time_zone;
  config.extension_directory = std::move(opening.extension_directory);
  config.setups = {
      engine::MountStores({{lake.storage_root.string(), environment.store}},
                          [&lake](std::string_view path) { return lake.ResolvePath(path); }),
      AttachLake(environment, opening.log_upkeeper)};
  std::ranges::move(opening.setups, std::back_inserter(config.setups));
  const auto statements = LakeStatements();
  config.statements.assign(statements.begin(), statements.end());
  return config;
}

}  // namespace laguna::catalog
