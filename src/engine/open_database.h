// SPDX-License-Identifier: Apache-2.0
// The freshly opened DuckDB instance a DatabaseSetup works on. Only code that speaks DuckDB
// includes this.
#pragma once

#include <string>
#include <utility>

#include "duckdb/main/database.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

class OpenDatabase {
 public:
  OpenDatabase(duckdb::DuckDB& database, std::string extension_directory)
      : database_(database), extension_directory_(std::move(extension_directory)) {}
  [[nodiscard]] duckdb::DuckDB& duckdb() { return database_; }
  [[nodiscard]] duckdb::DatabaseInstance& instance() { return *database_.instance; }
  [[nodiscard]] duckdb::DBConfig& config() {
    return duckdb::DBConfig::GetConfig(*database_.instance);
  }
  // Loads <extension_directory>/<name>.duckdb_extension, once. NotFound when it is not there.
  void LoadExtension(const std::string& name);

 private:
  duckdb::DuckDB& database_;
  std::string extension_directory_;
};

}  // namespace laguna::engine
