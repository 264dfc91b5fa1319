// SPDX-License-Identifier: Apache-2.0
// A lake in a temporary folder, for what is fuzzed through the engine. Used by one thread.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "catalog/lake_database.h"
#include "engine/database.h"
#include "io/store/local.h"
#include "io/temporary_folder.h"

namespace laguna::test {

class FuzzedLake {
 public:
  FuzzedLake() {
    std::ofstream(std::filesystem::path(folder_.path()) / "laguna.yaml") << "name: fuzz\n";
    lake_ = catalog::LoadLake(folder_.path());
    store_.emplace(lake_.storage_root.string());
    environment_.emplace(catalog::LakeEnvironment{lake_, *store_, clock_, random_});
    database_.emplace(catalog::LakeDatabaseConfig(*environment_, {}));
  }

  [[nodiscard]] engine::Database& database() { return *database_; }
  [[nodiscard]] const std::filesystem::path& storage_root() const { return lake_.storage_root; }

 private:
  io::TemporaryFolder folder_{"fuzz"};
  catalog::Lake lake_;
  base::SystemClock clock_;
  base::SeededRandom random_{1};
  std::optional<io::LocalObjectStore> store_;
  std::optional<catalog::LakeEnvironment> environment_;
  std::optional<engine::Database> database_;
};

}  // namespace laguna::test
