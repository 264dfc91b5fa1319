// SPDX-License-Identifier: Apache-2.0
// What the statement front took out of a statement before DuckDB parsed it, for the catalog to act
// on.
//
// The front sets the options on the session's ClientContext before it runs a statement and clears
// them afterwards; hooks read them while planning. Only code that speaks DuckDB includes this. Used
// on the session's thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "duckdb/main/client_context_state.hpp"
#include "engine/change_clause.h"
#include "engine/column_value_clause.h"
#include "engine/declared_type.h"
#include "engine/duckdb.h"

namespace laguna::engine {

struct StatementOptions {
  // INSERT OVERWRITE: replace the table's content by the rows.
  bool overwrite = false;
  // INSERT INTO t REPLACE WHERE <condition> <query>: the condition as written, and its byte offset
  // in the statement.
  struct ReplacedRows {
    std::string condition;
    size_t offset = 0;
  };
  std::optional<ReplacedRows> replace_where;
  // INSERT INTO t PARTITION (name = value, name): names without quotes, values as written, with
  // their byte offsets in the statement.
  struct PartitionItem {
    std::string name;
    std::optional<std::string> value;
    size_t offset = 0;
  };
  std::vector<PartitionItem> partition;
  // INSERT WITH SCHEMA EVOLUTION INTO, MERGE WITH SCHEMA EVOLUTION INTO: the table may gain
  // columns.
  bool schema_evolution = false;
  // USING / TBLPROPERTIES / LOCATION of a CREATE TABLE; names as written.
  std::optional<std::string> using_format;
  std::map<std::string, std::string> table_properties;
  std::optional<std::string> location;
  // COMMENT of a CREATE TABLE and of its columns, by their names as written.
  std::optional<std::string> table_comment;
  std::vector<std::pair<std::string, std::string>> column_comments;
  // Its columns, or the one of an ALTER TABLE, whose types say more than DuckDB's parser keeps.
  std::vector<DeclaredColumn> declared_columns;
  // The first of its PRIMARY KEY, UNIQUE, FOREIGN KEY and REFERENCES.
  struct KeyClause {
    // "PRIMARY KEY".
    std::string words;
    // Byte offset in the statement.
    size_t offset = 0;
  };
  std::optional<KeyClause> key_clause;
  // GENERATED ... AS of its columns, one after the other.
  std::vector<ColumnValueClause> column_values;
  // COPY ... TO 'zone.table' (FORMAT delta, PARTITION_BY (...)) where the table is there: must be
  // as it is partitioned.
  std::optional<std::vector<std::string>> copy_partition_by;
  // The clauses of UPDATE (one) and MERGE INTO, in their order.
  std::vector<ChangeClause> change_clauses;
  // The conditions of DELETE, UPDATE and MERGE INTO as SQL; empty: none. Those of MERGE's clauses
  // in the order of the syntax tree: matched, not matched by source, not matched by target.
  struct RowConditions {
    std::string statement;
    std::vector<std::string> clauses;
  };
  RowConditions row_conditions;
  // Byte offsets (in the statement) of relations that stood behind STREAM.
  std::vector<size_t> stream_relations;
  // The statement as the user wrote it, for commit info and messages.
  std::string source;
};

// The options of the statement that runs in `context`; defaults where the front did not set any.
const StatementOptions& StatementOptionsOf(duckdb::ClientContext& context);

}  // namespace laguna::engine
