// SPDX-License-Identifier: Apache-2.0
// DEFAULT in the place of a value for a column that the table fills itself.
//
// DuckDB's binder knows defaults only, and puts NULL there for generated and identity columns. So
// those columns go out of the statement, which is what DEFAULT means for them. Pure but for the
// tree.
#pragma once

#include "catalog/lake_table.h"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "duckdb/parser/statement/merge_into_statement.hpp"

namespace laguna::catalog {

// INSERT INTO t VALUES (DEFAULT, 'a'), ... Unsupported "insert.default_in_some_rows" where some of
// several rows say DEFAULT for such a column and others do not.
void TakeOwnValuesOut(duckdb::InsertStatement& insert, const LakeTable& table);

// WHEN NOT MATCHED THEN INSERT VALUES (DEFAULT, s.a).
void TakeOwnValuesOut(duckdb::MergeIntoAction& action, const LakeTable& table);

}  // namespace laguna::catalog
