// SPDX-License-Identifier: Apache-2.0
// The relations a query mentions, and how a caller puts others in their place: what streaming
// tables and checks before a run are made of.
//
// A mention is found in the syntax tree alone, so it may name a table that does not exist yet. A
// replacement is a temporary table or view of the same session; the query's text and every position
// in it stay as they are. Plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/own_statement.h"
#include "engine/value.h"

namespace laguna::engine {

struct RelationMention {
  // As written, without quotes: {"bronze", "sales"}; a function's or a file's name alone.
  std::vector<std::string> name;
  // Byte offset in the script; what RelationReplacement wants.
  size_t offset = 0;
  // Stood behind STREAM.
  bool streaming = false;
  // A table function: its constant arguments. An argument that is no constant is an error
  // (InvalidInput) for streaming relations and NULL for others.
  std::optional<FunctionCall> call;
};

struct RelationReplacement {
  // The offset of a mention.
  size_t offset = 0;
  // The name of a temporary table or view of the session.
  std::string temporary;
};

// One more column behind those of the query: an expression over them, from the script.
struct AddedColumn {
  std::string name;
  std::string_view expression;
  // Byte offset of the expression in the script.
  size_t offset = 0;
};

// Where the rows of a query go.
struct QueryTarget {
  enum class Kind {
    kInsert,          // INSERT INTO table BY NAME
    kOverwrite,       // INSERT OVERWRITE table BY NAME
    kTemporaryTable,  // CREATE OR REPLACE TEMPORARY TABLE AS; `table` is one name
    kTemporaryView,   // CREATE OR REPLACE TEMPORARY VIEW AS; the same
  };
  Kind kind = Kind::kInsert;
  // {"lake", "bronze", "sales"} or fewer parts.
  std::vector<std::string> table;
};

// How Session::RunQuery changes a query before it runs.
struct QueryPlan {
  std::vector<RelationReplacement> replacements = {};
  std::vector<AddedColumn> added_columns = {};
  std::optional<QueryTarget> target = {};
};

}  // namespace laguna::engine
