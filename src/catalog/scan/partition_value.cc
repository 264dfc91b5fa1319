// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/partition_value.h"

namespace laguna::catalog {

std::optional<duckdb::Value> ParsePartitionValue(const delta::DataType& column_type,
                                                 const duckdb::LogicalType& type,
                                                 const std::optional<std::string>& text) {
  if (!text || text->empty()) return duckdb::Value(type);
  if (column_type.Is(delta::Primitive::kBinary)) return duckdb::Value::BLOB_RAW(*text);
  duckdb::Value value(*text);
  if (column_type.Is(delta::Primitive::kString)) return value;
  // The plain cast, not the session's: a session's time zone must not change what is stored.
  if (!value.DefaultTryCastAs(type, true)) return std::nullopt;
  return value;
}

}  // namespace laguna::catalog
