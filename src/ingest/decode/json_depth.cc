// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/json_depth.h"

#include <algorithm>

#include "duckdb.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "ingest/strict_type.h"

namespace laguna::ingest {

int JsonDepth(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (in_string) {
      if (byte == '\\') ++at;
      if (byte == '"') in_string = false;
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (byte == '}' || byte == ']') {
      --depth;
    }
  }
  return deepest;
}

namespace {

void Depths(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  duckdb::UnaryExecutor::Execute<duckdb::string_t, int32_t>(
      arguments.data[0], result, arguments.size(), [](duckdb::string_t text) {
        return JsonDepth(std::string_view(text.GetData(), text.GetSize()));
      });
}

}  // namespace

void RegisterJsonDepth(duckdb::ExtensionLoader& loader) {
  loader.RegisterFunction(duckdb::ScalarFunction(kJsonDepthFunction, {duckdb::LogicalType::VARCHAR},
                                                 duckdb::LogicalType::INTEGER, Depths));
}

}  // namespace laguna::ingest
