// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/json_depth.h"

#include <algorithm>

#include "duckdb/common/file_system.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "engine/duckdb.h"
#include "ingest/strict_type.h"

namespace laguna::ingest {

void JsonDepthCounter::Add(std::string_view piece) {
  for (const char byte : piece) {
    if (in_string_) {
      in_string_ = escaped_ || byte != '"';
      escaped_ = !escaped_ && byte == '\\';
    } else if (byte == '"') {
      in_string_ = true;
    } else if (byte == '{' || byte == '[') {
      deepest_ = std::max(deepest_, ++depth_);
    } else if (byte == '}' || byte == ']') {
      depth_ = std::max(depth_ - 1, 0);
    }
  }
}

int JsonDepth(std::string_view text) {
  JsonDepthCounter counter;
  counter.Add(text);
  return counter.deepest();
}

namespace {

void Depths(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  duckdb::UnaryExecutor::Execute<duckdb::string_t, int32_t>(
      arguments.data[0], result, arguments.size(), [](duckdb::string_t text) {
        return JsonDepth(std::string_view(text.GetData(), text.GetSize()));
      });
}

int FileDepth(duckdb::FileSystem& files, const std::string& path) {
  constexpr size_t kChunkBytes = size_t{1} << 20;
  const auto file = files.OpenFile(
      path, duckdb::FileFlags::FILE_FLAGS_READ | duckdb::FileCompressionType::AUTO_DETECT);
  std::string chunk(kChunkBytes, '\0');
  JsonDepthCounter counter;
  while (const int64_t bytes = file->Read(chunk.data(), chunk.size())) {
    counter.Add(std::string_view(chunk).substr(0, static_cast<size_t>(bytes)));
  }
  return counter.deepest();
}

void FileDepths(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                duckdb::Vector& result) {
  duckdb::FileSystem& files = duckdb::FileSystem::GetFileSystem(state.GetContext());
  duckdb::UnaryExecutor::Execute<duckdb::string_t, int32_t>(
      arguments.data[0], result, arguments.size(),
      [&](duckdb::string_t path) { return FileDepth(files, path.GetString()); });
}

}  // namespace

void RegisterJsonDepth(duckdb::ExtensionLoader& loader) {
  loader.RegisterFunction(duckdb::ScalarFunction(kJsonDepthFunction, {duckdb::LogicalType::VARCHAR},
                                                 duckdb::LogicalType::INTEGER, Depths));
  duckdb::ScalarFunction of_file(kJsonFileDepthFunction, {duckdb::LogicalType::VARCHAR},
                                 duckdb::LogicalType::INTEGER, FileDepths);
  of_file.SetVolatile();
  loader.RegisterFunction(of_file);
}

}  // namespace laguna::ingest
