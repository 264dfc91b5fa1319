// SPDX-License-Identifier: Apache-2.0
// What MERGE WITH SCHEMA EVOLUTION INTO adds to its table: the columns and fields that its stars
// bring, or that its SETs and column lists name and the source has.
//
// Nothing is changed here: the statement gets an entry of the wider definition as its target
// (catalog/write/evolved_target.h), and makes it the table's when it runs.
#pragma once

#include <optional>
#include <vector>

#include "catalog/merge/changed_table.h"
#include "catalog/merge/merge_source.h"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "engine/duckdb.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// The target that `merge` has now; nothing when the table does not grow. Unsupported
// "merge.evolution_lake_only" for tables that are not the lake's.
std::optional<ChangedTable> EvolveByMerge(const engine::Rewriting& rewriting,
                                          duckdb::MergeIntoStatement& merge,
                                          const ChangedTable& table, const MergeSource& source);

}  // namespace laguna::catalog
