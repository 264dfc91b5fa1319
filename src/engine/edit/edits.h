// SPDX-License-Identifier: Apache-2.0
// The closed list of edits the front makes before DuckDB parses (DESIGN §3a, step 3): one file
// each. An edit looks for its words, records what they say, and blanks them out; a statement
// without them stays as it is. Errors are InvalidInput "sql.syntax" at the offending token.
#pragma once

#include "engine/edit/edited_statement.h"

namespace laguna::engine {

// `name` -> "name".
void EditBackQuotedNames(EditedStatement& statement);
// CREATE STREAMING TABLE and its kin: refused here, they live in pipeline files.
void EditPipelineStatement(EditedStatement& statement);
// INSERT WITH SCHEMA EVOLUTION INTO, MERGE WITH SCHEMA EVOLUTION INTO.
void EditSchemaEvolution(EditedStatement& statement);
// INSERT OVERWRITE [INTO | TABLE] t -> INSERT INTO t.
void EditInsertOverwrite(EditedStatement& statement);
// INSERT INTO t PARTITION (p = 1, q) query -> INSERT INTO t query. Behind EditInsertOverwrite.
void EditInsertPartition(EditedStatement& statement);
// INSERT INTO t REPLACE WHERE condition query -> INSERT INTO t query. Behind EditInsertOverwrite.
void EditReplaceWhere(EditedStatement& statement);
// Types of the columns of CREATE TABLE and ALTER TABLE that DuckDB does not read or keep whole:
// STRUCT<a: INT>, VARCHAR(5). Before every edit that looks at columns.
void EditColumnTypes(EditedStatement& statement);
// PARTITIONED BY (day DATE, region STRING) -> PARTITIONED BY (day, region).
void EditTypedPartitions(EditedStatement& statement);
// PRIMARY KEY, UNIQUE, FOREIGN KEY, REFERENCES of a CREATE TABLE: where they stand.
void EditKeys(EditedStatement& statement);
// USING DELTA, TBLPROPERTIES (...), LOCATION '...' of CREATE TABLE.
void EditCreateTable(EditedStatement& statement);
// GENERATED ... AS (expression), GENERATED ... AS IDENTITY of the columns of a CREATE TABLE.
void EditColumnValues(EditedStatement& statement);
// COMMENT '...' of CREATE TABLE and its columns; CLUSTERED BY and its kin: refused by name.
void EditTableComment(EditedStatement& statement);
// t VERSION AS OF n, t TIMESTAMP AS OF expression.
void EditTimeTravel(EditedStatement& statement);
// delta_scan(..., timestamp => ...).
void EditArgumentName(EditedStatement& statement);
// The clauses of UPDATE and MERGE INTO and the paths they set: SET t.address.city = ...
void EditChangedColumns(EditedStatement& statement);
// PREPARE q AS MERGE INTO ... -> MERGE INTO ..., which DuckDB parses by itself only. The last one:
// the others look for PREPARE.
void EditPreparedMerge(EditedStatement& statement);
// FROM STREAM t, FROM STREAM(t), FROM STREAM read_files(...).
void EditStreamRelation(EditedStatement& statement);

}  // namespace laguna::engine
