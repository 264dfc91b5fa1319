// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/engine_file.h"

namespace laguna::ingest {

EngineFile::EngineFile(duckdb::ClientContext& context, const std::string& path)
    : context_(context),
      handle_(duckdb::FileSystem::GetFileSystem(context).OpenFile(
          path, duckdb::FileFlags::FILE_FLAGS_READ | duckdb::FileCompressionType::AUTO_DETECT)) {}

size_t EngineFile::Read(std::span<char> bytes) {
  if (context_.interrupted) throw duckdb::InterruptException();
  return static_cast<size_t>(handle_->Read(bytes.data(), bytes.size()));
}

void EngineFile::Seek(uint64_t offset) {
  handle_->Seek(offset);
}

uint64_t EngineFile::SizeBytes() {
  return handle_->GetFileSize();
}

bool IsPackedName(std::string_view path) {
  return path.ends_with(".gz") || path.ends_with(".zst");
}

}  // namespace laguna::ingest
