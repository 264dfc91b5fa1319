// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/parquet_footer.h"

#include <string_view>

#include "duckdb/storage/caching_file_system.hpp"

namespace laguna::catalog {
namespace {

std::string ReadBytes(duckdb::CachingFileHandle& handle, duckdb::idx_t count, duckdb::idx_t at) {
  duckdb::data_ptr_t bytes = nullptr;
  const auto pin = handle.Read(bytes, count, at);
  return {reinterpret_cast<const char*>(bytes), count};
}

}  // namespace

std::string ReadParquetFooter(duckdb::ClientContext& context, const duckdb::OpenFileInfo& file) {
  // The file ends in the footer's length (four bytes, the lowest first) and a magic word.
  constexpr duckdb::idx_t kTailBytes = 8;
  constexpr duckdb::idx_t kLengthBytes = 4;
  constexpr std::string_view kMagic = "PAR1";
  auto files = duckdb::CachingFileSystem::Get(context);
  const auto handle = files.OpenFile(file, duckdb::FileFlags::FILE_FLAGS_READ);
  const auto size = handle->GetFileSize();
  if (size < kTailBytes) return {};
  const auto tail = ReadBytes(*handle, kTailBytes, size - kTailBytes);
  if (!tail.ends_with(kMagic)) return {};
  duckdb::idx_t length = 0;
  for (auto i = kLengthBytes; i > 0; --i) {
    length = length << 8U | static_cast<unsigned char>(tail[i - 1]);
  }
  if (length > size - kTailBytes) return {};
  return ReadBytes(*handle, length, size - kTailBytes - length);
}

}  // namespace laguna::catalog
