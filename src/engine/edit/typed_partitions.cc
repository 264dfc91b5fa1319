// SPDX-License-Identifier: Apache-2.0
// PARTITIONED BY (day DATE, region STRING COMMENT 'text') of CREATE TABLE, as Hive and Spark have
// it: the columns are declared there and follow those of the list.
#include <string>
#include <utility>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"
#include "engine/type_text.h"

namespace laguna::engine {
namespace {

constexpr const char* kSyntax =
    "PARTITIONED BY (column, ...), or PARTITIONED BY (column type [NOT NULL] [COMMENT 'text'], "
    "...)";

// The bracket behind PARTITIONED BY; the size where there is none.
size_t PartitionListOf(const EditedStatement& statement) {
  size_t at = AfterCreatedName(statement);
  while (at < statement.size() && !statement[at].Is("AS")) {
    if (statement.Comes(at, {"PARTITIONED", "BY"}) && statement[at + 2].IsOperator("(")) {
      return at + 2;
    }
    at = statement[at].IsOperator("(") ? statement.ClosingOf(at) + 1 : at + 1;
  }
  return statement.size();
}

bool IsTyped(const EditedStatement& statement, size_t name) {
  return IsName(statement[name]) && IsName(statement[name + 1]);
}

void TakeClauses(TokenReader& reader, DeclaredColumn& column, EditedStatement& statement) {
  while (true) {
    if (reader.Accept("NOT")) {
      reader.Take("NULL");
      column.required = true;
    } else if (reader.Accept("COMMENT")) {
      statement.options.column_comments.emplace_back(column.name, reader.TakeString());
    } else {
      return;
    }
  }
}

// Gives the index of what follows the column once its type is gone.
size_t TakePartition(EditedStatement& statement, size_t name) {
  if (!IsTyped(statement, name)) {
    throw statement.ErrorAt(name, "PARTITIONED BY gives types to some of its columns only.")
        .Hint(kSyntax);
  }
  TokenReader reader = statement.ReaderFrom(name + 1, kSyntax);
  DeclaredColumn column{.name = statement.Unquoted(name), .type = TakeType(reader)};
  column.offset = statement.OffsetOf(name + 1);
  column.is_partition = true;
  TakeClauses(reader, column, statement);
  const bool ends = reader.Peek().IsOperator(",") || reader.Peek().IsOperator(")");
  if (!ends) throw reader.Expected("a comma or )");
  statement.options.declared_columns.push_back(std::move(column));
  statement.Blank(name + 1, statement.IndexOf(reader));
  return name + 1;
}

}  // namespace

void EditTypedPartitions(EditedStatement& statement) {
  const size_t open = PartitionListOf(statement);
  if (open == statement.size() || !IsTyped(statement, open + 1)) return;
  if (ColumnListOf(statement) == statement.size()) {
    throw statement.ErrorAt(open + 2, "The columns of a query have their types already.")
        .Hint("Write PARTITIONED BY (column, ...) without types.");
  }
  size_t at = open;
  do {
    at = TakePartition(statement, at + 1);
  } while (statement[at].IsOperator(","));
}

}  // namespace laguna::engine
