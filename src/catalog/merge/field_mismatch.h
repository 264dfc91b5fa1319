// SPDX-License-Identifier: Apache-2.0
// Structs go by name into structs. Whether two types have the same fields, also inside of lists,
// maps and other structs; DuckDB's casts would drop the ones and leave the others NULL, unasked.
// Pure functions.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A field that one of two types has and the other has not.
struct FieldMismatch {
  // "address.zip", "items.element.price".
  std::string path;
  // The values have it, the table has not; else the other way round.
  bool in_values = false;
};

// Nothing when all fields have their like; types that are no structs are not compared.
std::optional<FieldMismatch> MismatchOf(const duckdb::LogicalType& values,
                                        const duckdb::LogicalType& table, const std::string& path);

// InvalidInput "merge.struct_fields".
base::Error ErrorOf(const FieldMismatch& mismatch, const std::string& table);

// Both are structs whose fields have names.
bool AreNamedStructs(const duckdb::LogicalType& left, const duckdb::LogicalType& right);
// The type of a field, without regard to case; null when there is none.
const duckdb::LogicalType* FindStructField(const duckdb::LogicalType& type,
                                           const std::string& name);

}  // namespace laguna::catalog
