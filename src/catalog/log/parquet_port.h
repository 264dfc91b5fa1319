// SPDX-License-Identifier: Apache-2.0
// delta::ParquetPort over DuckDB's Parquet reader and writer, through the database's file systems
// and hence the same ObjectStore as everything else.
//
// Each call uses a connection of its own, so it may be made while a statement is being planned.
// Thread-safe; lives no longer than the database.
#pragma once

#include "delta/ports.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class DuckdbParquetPort final : public delta::ParquetPort {
 public:
  explicit DuckdbParquetPort(duckdb::DatabaseInstance& database) : database_(database) {}

  void Read(const delta::ParquetRead& what,
            const std::function<void(const delta::PortBatch&)>& consume,
            const io::Call& call) override;
  uint64_t Write(const std::string& location, std::span<const delta::PortColumn> columns,
                 const std::function<bool(delta::PortBatch&)>& produce,
                 const io::Call& call) override;

 private:
  duckdb::DatabaseInstance& database_;
};

}  // namespace laguna::catalog
