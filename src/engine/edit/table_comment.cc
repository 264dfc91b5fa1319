// SPDX-License-Identifier: Apache-2.0
// What Spark's CREATE TABLE says besides its columns and DuckDB's parser does not know: COMMENT of
// the table and of columns; clauses of other formats are refused by name.
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

struct RefusedClause {
  std::vector<std::string_view> words;
  const char* sentence;
  const char* hint;
};

const std::array<RefusedClause, 6>& RefusedClauses() {
  static const std::array<RefusedClause, 6> clauses{{
      {{"CLUSTERED", "BY"},
       "Delta tables have no buckets (CLUSTERED BY).",
       "PARTITIONED BY splits a table by values; OPTIMIZE t ZORDER BY (...) sorts its files."},
      {{"CLUSTER", "BY"},
       "Laguna does not write clustered tables (CLUSTER BY).",
       "OPTIMIZE t ZORDER BY (...) sorts the files of a table by several columns."},
      {{"OPTIONS"},
       "OPTIONS are those of a write; a Delta table keeps none.",
       "Write TBLPROPERTIES ('name' = 'value') for what the table shall keep."},
      {{"STORED"}, "A Delta table has no other format (STORED AS, STORED BY).", "Leave it out."},
      {{"ROW", "FORMAT"},
       "A Delta table has no ROW FORMAT: its files are Parquet.",
       "Leave it out; COPY ... TO and read_csv know delimiters."},
      {{"SKEWED", "BY"}, "A Delta table is not SKEWED BY columns.", "Leave it out."},
  }};
  return clauses;
}

bool IsComment(const EditedStatement& statement, size_t at) {
  return statement[at].Is("COMMENT") && statement[at + 1].kind == TokenKind::kString;
}

// From the bracket that opens the column list; gives the index of the one that closes it.
size_t TakeColumnComments(EditedStatement& statement, size_t open) {
  std::optional<std::string> column;
  bool begins = true;
  size_t at = open + 1;
  while (at < statement.size() && !statement[at].IsOperator(")")) {
    if (begins && IsName(statement[at]) && !BeginsConstraint(statement[at])) {
      column = statement.Unquoted(at);
    }
    begins = statement[at].IsOperator(",");
    if (begins) column.reset();
    if (statement[at].IsOperator("(")) {
      at = statement.ClosingOf(at) + 1;
    } else if (column && IsComment(statement, at)) {
      statement.options.column_comments.emplace_back(*column, statement.Unquoted(at + 1));
      statement.Blank(at, at + 2);
    } else {
      ++at;
    }
  }
  return at;
}

void RefuseClause(const EditedStatement& statement, size_t at) {
  for (const RefusedClause& clause : RefusedClauses()) {
    if (!statement.Comes(at, clause.words)) continue;
    throw statement.ErrorAt(at, clause.sentence).Hint(clause.hint);
  }
}

void TakeTableComment(EditedStatement& statement, size_t at) {
  if (statement.options.table_comment) {
    throw statement.ErrorAt(at, "COMMENT stands twice.");
  }
  statement.options.table_comment = statement.Unquoted(at + 1);
  statement.Blank(at, at + 2);
}

}  // namespace

void EditTableComment(EditedStatement& statement) {
  const bool is_lasting =
      statement[1].Is("TABLE") || statement.Comes(1, {"OR", "REPLACE", "TABLE"});
  if (!is_lasting) return;
  size_t at = AfterCreatedName(statement);
  if (statement[at].IsOperator("(")) at = TakeColumnComments(statement, at) + 1;
  while (at < statement.size() && !statement[at].Is("AS")) {
    RefuseClause(statement, at);
    if (IsComment(statement, at)) {
      TakeTableComment(statement, at);
    } else {
      at = statement[at].IsOperator("(") ? statement.ClosingOf(at) + 1 : at + 1;
    }
  }
}

}  // namespace laguna::engine
