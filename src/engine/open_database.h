// SPDX-License-Identifier: Apache-2.0
// The freshly opened DuckDB instance a DatabaseSetup works on. Only code that speaks DuckDB
// includes this.
#pragma once

#include "duckdb.hpp"

namespace laguna::engine {

class OpenDatabase {
 public:
  explicit OpenDatabase(duckdb::DuckDB& database) : database_(database) {}
  [[nodiscard]] duckdb::DuckDB& duckdb() { return database_; }
  [[nodiscard]] duckdb::DatabaseInstance& instance() { return *database_.instance; }
  [[nodiscard]] duckdb::DBConfig& config() {
    return duckdb::DBConfig::GetConfig(*database_.instance);
  }

 private:
  duckdb::DuckDB& database_;
};

}  // namespace laguna::engine
