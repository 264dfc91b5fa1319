// SPDX-License-Identifier: Apache-2.0
// A table as the target of one INSERT sees it when that statement changes its definition: sources
// of the same statement read the table as it is, so the two are different entries.
//
// DuckDB's binder finds a target by name only; the rewriter of the statement puts a name there that
// nobody can write, and LakeSchema's look-up gives the entry that stands for it. Names end with
// their statement. Used on the session's thread.
#pragma once

#include <string>

#include "engine/duckdb.h"

namespace laguna::catalog {

class LakeTable;

// The name for `entry`, which outlives the statement.
std::string NameOfTarget(duckdb::ClientContext& context, LakeTable& entry);
// Null for every other name.
LakeTable* FindTarget(duckdb::ClientContext& context, const std::string& name);

}  // namespace laguna::catalog
