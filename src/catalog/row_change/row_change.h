// SPDX-License-Identifier: Apache-2.0
// What a DELETE, UPDATE or MERGE does with each row it meets, as planned: an immutable value,
// shared by the operators of the plan (plan_row_change.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/table_view.h"
#include "catalog/write/write_target.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

enum class RowStatement { kDelete, kTruncate, kUpdate, kMerge, kReplaceWhere };

struct RowClause {
  enum class When { kMatched, kNotMatchedByTarget, kNotMatchedBySource };
  enum class Then { kUpdate, kDelete, kInsert, kNothing, kError };

  When when = When::kMatched;
  Then then = Then::kNothing;
  // Over the columns of the plan's rows; null: always.
  duckdb::unique_ptr<duckdb::Expression> condition;
  // The same as the statement says it; empty: always, or not known.
  std::string predicate;
  // kUpdate, kInsert: the new row, one for each column of the target, of its type. kError: the
  // message, or none.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> values;
};

// What happens when several rows of the plan mean one row of the table.
enum class Meetings {
  // They do not, or it does not matter.
  kNotCounted,
  // That rows were met is told to the commit: others must not have deleted them meanwhile.
  kNoted,
  // Besides, the statement fails.
  kOnceOnly,
};

struct RowChange {
  RowStatement statement = RowStatement::kDelete;
  WriteTargetPtr target;
  // Which rows, as the statement says it; empty: all.
  std::string predicate;
  // What the plan scans; its files' numbers are half of a row's identity.
  TableViewPtr view;
  // In order; a row goes by the first one of its case whose condition is true.
  std::vector<RowClause> clauses;
  // Columns of the plan's rows: the file's number and the row's position in it. Both are NULL where
  // no row of the table belongs to the plan's row.
  duckdb::idx_t file_column = 0;
  duckdb::idx_t row_column = 0;
  // The row's id, where rows keep theirs and some are updated.
  duckdb::idx_t row_id_column = 0;
  // NULL where no row of the source belongs to it.
  duckdb::optional_idx source_marker;
  Meetings meetings = Meetings::kNotCounted;
  // Files that go without a look at their rows.
  std::vector<size_t> whole_files;
  // The target's definition is wider than the table's; the statement makes it the table's, even
  // where it changes no row.
  bool redefines = false;
  bool writes_vectors = false;
  // Rows that are written anew stand in their files with their ids (row_ids.h).
  bool keeps_row_ids = false;
  bool has_change_feed = false;
  // Writes change data files: what it does does not follow from the files it adds and removes.
  bool tells_changes = false;
  // Change data says which rows belong together (changes/net_changes.h): in a transaction whose
  // later statements may change the rows again.
  bool pairs_changes = false;
  bool returns_rows = false;

  [[nodiscard]] bool KeepsChangedRows() const { return tells_changes || returns_rows; }
};

using RowChangePtr = std::shared_ptr<const RowChange>;

// The last column of changed rows, in the change data feed's words.
inline constexpr const char* kChangeTypeColumn = "_change_type";
inline constexpr const char* kInserted = "insert";
inline constexpr const char* kDeleted = "delete";
inline constexpr const char* kBeforeUpdate = "update_preimage";
inline constexpr const char* kAfterUpdate = "update_postimage";

}  // namespace laguna::catalog
