// SPDX-License-Identifier: Apache-2.0
// One opened DuckDB instance, behind engine/database.h. Lives until its last session ends.
#pragma once

#include <memory>
#include <set>

#include "engine/database.h"
#include "engine/duckdb.h"

namespace laguna::engine {

class Database::Instance {
 public:
  // Opens it and runs the setups. `config` outlives the instance.
  explicit Instance(const DatabaseConfig& config);

  [[nodiscard]] duckdb::DuckDB& duckdb() { return *duckdb_; }
  [[nodiscard]] const DatabaseConfig& config() const { return config_; }
  // An internal error has invalidated it; every later query would fail.
  [[nodiscard]] bool IsSpoilt();
  // See Database. Of sessions it knows nothing.
  [[nodiscard]] bool HoldsMemoryOnly();

 private:
  const DatabaseConfig& config_;
  std::unique_ptr<duckdb::DuckDB> duckdb_;
  // The databases there were after the setups.
  std::set<duckdb::idx_t> attached_;
};

}  // namespace laguna::engine
