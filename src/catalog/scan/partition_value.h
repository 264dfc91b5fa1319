// SPDX-License-Identifier: Apache-2.0
// Partition values as the log spells them (protocol section "Partition Value Serialization"), as
// values of the engine. Pure.
#pragma once

#include <optional>
#include <string>

#include "delta/schema.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// `text` as a value of `type` (the DuckDB type of `column_type`); nothing when it is none. No text
// and the empty text are NULL. A timestamp without an offset is in UTC.
std::optional<duckdb::Value> ParsePartitionValue(const delta::DataType& column_type,
                                                 const duckdb::LogicalType& type,
                                                 const std::optional<std::string>& text);

}  // namespace laguna::catalog
