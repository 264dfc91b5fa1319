// SPDX-License-Identifier: Apache-2.0
// INSERT ... t PARTITION (p = 'a', q): the rows lack the columns that have a value there, and
// INSERT OVERWRITE replaces what lies in that partition only.
#pragma once

#include "catalog/lake_table.h"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// Puts the values into the statement's rows, and into REPLACE WHERE where it overwrites; the clause
// is gone then. InvalidInput ("insert.partition") for columns by which the table is not
// partitioned, values that are no constants, and beside other ways to name columns.
void FillPartition(const engine::Rewriting& rewriting, duckdb::InsertStatement& insert,
                   const LakeTable& table);

}  // namespace laguna::catalog
