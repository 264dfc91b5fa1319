// SPDX-License-Identifier: Apache-2.0
// Expressions that read and make structs, as trees for DuckDB's binder. Pure functions.
#pragma once

#include <string>

#include "duckdb/parser/parsed_expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

using ParsedPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

// A field of a struct; NULL of a NULL.
ParsedPointer FieldOf(const duckdb::ParsedExpression& structure, const std::string& field);

// struct_pack(name := value, ...).
struct NamedExpression {
  std::string name;
  ParsedPointer value;
};
ParsedPointer StructOf(duckdb::vector<NamedExpression> fields);

// CASE WHEN condition THEN NULL ELSE value END.
ParsedPointer NullWhere(ParsedPointer condition, ParsedPointer value);

// left IS NULL AND right IS NULL.
ParsedPointer BothNull(const duckdb::ParsedExpression& left, const duckdb::ParsedExpression& right);

}  // namespace laguna::catalog
