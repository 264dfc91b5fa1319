// SPDX-License-Identifier: Apache-2.0
// The text of a view's file: the query of a CREATE VIEW as the user wrote it, with full names.
#pragma once

#include <string>

#include "catalog/definition/view_query.h"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// `source` is the whole statement as written, or empty. The query is taken from it word for word,
// with the prefixes of `qualified` put in, when DuckDB then parses it as the same query; else it is
// printed from the syntax tree. Names given to the view's columns become an outer SELECT.
std::string ViewText(const duckdb::CreateViewInfo& info, const QualifiedQuery& qualified,
                     const std::string& source);

}  // namespace laguna::catalog
