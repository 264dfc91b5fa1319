// SPDX-License-Identifier: Apache-2.0
// A file read through the engine's file systems, unpacked as its name says: the bytes that the
// engine's own readers see. Errors are the engine's. Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "duckdb/common/file_system.hpp"
#include "engine/duckdb.h"

namespace laguna::ingest {

class EngineFile {
 public:
  EngineFile(duckdb::ClientContext& context, const std::string& path);

  // The next bytes; 0 at the end. InterruptException when the statement was cancelled.
  size_t Read(std::span<char> bytes);
  void Seek(uint64_t offset);
  // Of a file that is not packed.
  uint64_t SizeBytes();

 private:
  duckdb::ClientContext& context_;
  duckdb::unique_ptr<duckdb::FileHandle> handle_;
};

// Whether the name says that a file is packed.
bool IsPackedName(std::string_view path);

}  // namespace laguna::ingest
