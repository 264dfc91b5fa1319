// SPDX-License-Identifier: Apache-2.0
// The query of a view, made independent of who reads it.
//
// A view outlives the session that made it, so the names it keeps must not depend on that session's
// USE or temporary tables, and the positions in it are no positions in its readers' statements. All
// functions work on parsed queries and are called from DuckDB's hooks.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_schema.h"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Text to be put before a relation's name.
struct NamePrefix {
  // Byte offset in the statement.
  size_t offset = 0;
  // "lake.gold."
  std::string text;
};

struct QualifiedQuery {
  duckdb::unique_ptr<duckdb::SelectStatement> query;
  // What was added to it, by rising offsets.
  std::vector<NamePrefix> prefixes;
  // The columns it gives; where full names would change one (that of a sub-query without an alias),
  // they are those of the query as it was written.
  std::vector<std::string> column_names;
  bool names_changed = false;
};

// The query of CREATE VIEW in `schema` with every relation by its full name. Throws DuckDB's form
// of InvalidInput "view.temporary" for a relation that ends with the session.
QualifiedQuery Qualify(duckdb::ClientContext& context, const LakeSchema& schema,
                       const duckdb::CreateViewInfo& info);

// Gives every part of the query the one position (engine/view_position.h), so that an error in it
// is not shown at a place in another text.
void SetPositions(duckdb::SelectStatement& query, size_t position);

// NotFound, naming view and relation, when a table or view of the lake that the query reads is not
// there.
void CheckRelations(duckdb::ClientContext& context, const LakeSchema& schema,
                    const std::string& view, const duckdb::SelectStatement& query);

}  // namespace laguna::catalog
