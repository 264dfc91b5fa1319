// SPDX-License-Identifier: Apache-2.0
// Table functions whose rows are known when they are bound, and the values they are made of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "duckdb/function/table_function.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// What the bind of such a function gives.
struct KnownRows final : duckdb::TableFunctionData {
  // Each as long as there are columns.
  std::vector<std::vector<duckdb::Value>> rows;
};

// Without arguments; `bind` gives names, types and KnownRows.
duckdb::TableFunction KnownRowsFunction(const std::string& name,
                                        duckdb::table_function_bind_t bind);

duckdb::LogicalType TextListType();
duckdb::Value TextList(const std::vector<std::string>& texts);
duckdb::LogicalType TextMapType();
duckdb::Value TextMap(const std::map<std::string, std::string>& entries);
duckdb::Value TextOrNull(const std::optional<std::string>& text);
// A TIMESTAMPTZ; NULL for a time the type does not have.
duckdb::Value Instant(int64_t since_epoch_ms);

}  // namespace laguna::catalog
