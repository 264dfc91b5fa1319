// SPDX-License-Identifier: Apache-2.0
// UPDATE SET * and INSERT *, which go by name in Delta (in DuckDB by position): each of the table's
// columns takes the source's column of its name, structs inside take fields by name too.
//
// Without schema evolution the source has to have all columns but those that the table fills itself
// (it may have more) and exactly the fields; with it, what the source lacks keeps its value in an
// update and is NULL (or its default) in an insert.
#pragma once

#include "catalog/merge/changed_table.h"
#include "catalog/merge/merge_source.h"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "engine/change_clause.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class StarByName {
 public:
  // Both outlive it. With `evolves` the table has grown by the source's columns already.
  StarByName(const ChangedTable& table, const MergeSource& source, bool evolves);

  // Gives an action with a star its columns and expressions. InvalidInput
  // "merge.star_column_missing", "merge.struct_fields" and what MergeSource::Find throws, at the
  // clause.
  void Expand(duckdb::MergeIntoAction& action, const engine::ChangeClause& clause) const;

 private:
  struct Pair {
    std::string column;
    duckdb::LogicalType type;
    const SourceColumn* source = nullptr;
  };
  [[nodiscard]] std::vector<Pair> Pairs(const engine::ChangeClause& clause) const;
  // What an update sets the column to.
  [[nodiscard]] ParsedPointer Updated(const Pair& pair) const;

  const ChangedTable& table_;
  const MergeSource& source_;
  bool evolves_;
};

}  // namespace laguna::catalog
