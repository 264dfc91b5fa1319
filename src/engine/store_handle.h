// SPDX-License-Identifier: Apache-2.0
// An object of a store, opened by DuckDB. Only engine/store_file_system.cc includes this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "duckdb/common/file_system.hpp"
#include "io/object_store.h"

namespace laguna::engine {

// Read from several threads at once by position, or by one thread in sequence. DuckDB takes the
// headers of Parquet pages byte by byte, so a small read takes along what is behind it.
class StoreReadHandle final : public duckdb::FileHandle {
 public:
  StoreReadHandle(duckdb::FileSystem& file_system, const std::string& path,
                  duckdb::FileOpenFlags flags, std::unique_ptr<io::ObjectReader> object_reader)
      : FileHandle(file_system, path, flags), reader(std::move(object_reader)) {}
  ~StoreReadHandle() override = default;
  void Close() override {}

  // As ObjectReader has it.
  size_t ReadAt(uint64_t offset, std::span<std::byte> into);

  const std::unique_ptr<io::ObjectReader> reader;
  uint64_t position = 0;

 private:
  std::mutex mutex_;
  // The bytes of the object from this offset on.
  std::vector<std::byte> ahead_;
  uint64_t ahead_offset_ = 0;
};

// Written front to back. Close publishes; destruction without it aborts.
class StoreWriteHandle final : public duckdb::FileHandle {
 public:
  StoreWriteHandle(duckdb::FileSystem& file_system, const std::string& path,
                   duckdb::FileOpenFlags flags, std::unique_ptr<io::ObjectWriter> object_writer)
      : FileHandle(file_system, path, flags), writer(std::move(object_writer)) {}
  ~StoreWriteHandle() override = default;
  void Close() override;

  // Gone once closed.
  std::unique_ptr<io::ObjectWriter> writer;
  uint64_t size_bytes = 0;
};

}  // namespace laguna::engine
