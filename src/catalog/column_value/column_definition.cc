// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/column_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/column_value/column_default.h"
#include "catalog/column_value/generated_column.h"
#include "catalog/definition/created_table.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/common/string_util.hpp"
#include "engine/guard.h"
#include "engine/query_plan.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using engine::ColumnValueClause;

Error BadIdentity(const std::string& column, const std::string& table, const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "column.identity",
               fmt::format("Column \"{}\" of table {} cannot be an identity column: {}.", column,
                           table, why))
      .With("table", table)
      .With("column", column);
}

// A constraint that looks like a column gets here without one.
delta::StructField& FieldOf(const ColumnValueClause& clause, const std::string& table,
                            delta::Metadata& definition) {
  const auto index = definition.schema.IndexOf(clause.column);
  if (index) return definition.schema.fields[*index];
  throw Error(ErrorKind::kInvalidInput, "sql.syntax",
              fmt::format("GENERATED stands behind a column's type, and \"{}\" is no column of "
                          "table {}.",
                          clause.column, table))
      .With("table", table);
}

void DefineIdentity(const ColumnValueClause& clause, const std::string& table,
                    delta::Metadata& definition) {
  delta::StructField& field = FieldOf(clause, table, definition);
  if (!field.type.Is(delta::Primitive::kLong)) {
    throw BadIdentity(field.name, table,
                      fmt::format("its type is {}, not BIGINT", field.type.ToString()));
  }
  if (delta::HasOwnValue(field)) {
    throw BadIdentity(field.name, table, "it gets its values in another way already");
  }
  const auto& partitions = definition.partition_columns;
  if (std::find(partitions.begin(), partitions.end(), field.name) != partitions.end()) {
    throw BadIdentity(field.name, table, "the table is partitioned by it");
  }
  delta::SetIdentity(field, {.start = clause.identity->start,
                             .step = clause.identity->step,
                             .allows_explicit = clause.identity->by_default});
}

duckdb::unique_ptr<duckdb::ParsedExpression> ExpressionOf(const ColumnValueClause& clause) {
  return engine::ParseExpressionAt(duckdb::ParserOptions(), clause.expression,
                                   clause.expression_offset);
}

void DefineGenerated(const ColumnValueClause& clause, const std::string& table,
                     delta::Metadata& definition) {
  if (clause.storage == engine::ValueStorage::kVirtual) {
    throw Error(ErrorKind::kUnsupported, "column.virtual",
                fmt::format("Column \"{}\" of table {} cannot be VIRTUAL: a Delta table stores the "
                            "values of its generated columns.",
                            clause.column, table))
        .Hint("Leave VIRTUAL out, or make a view with the expression.")
        .With("table", table)
        .With("column", clause.column);
  }
  const std::string column = FieldOf(clause, table, definition).name;
  SetGenerated(definition.schema, column, *ExpressionOf(clause), table);
}

void Define(const ColumnValueClause& clause, const std::string& table,
            delta::Metadata& definition) try {
  if (clause.identity) {
    DefineIdentity(clause, table, definition);
  } else {
    DefineGenerated(clause, table, definition);
  }
} catch (const Error& error) {
  engine::ThrowAsDuckdb(error, clause.offset);
}

void CheckTwice(const std::vector<ColumnValueClause>& clauses, const std::string& table) {
  for (size_t i = 1; i < clauses.size(); ++i) {
    if (clauses[i].column != clauses[i - 1].column) continue;
    engine::ThrowAsDuckdb(Error(ErrorKind::kInvalidInput, "column.generated_twice",
                                fmt::format("Column \"{}\" of table {} is GENERATED twice.",
                                            clauses[i].column, table))
                              .With("table", table)
                              .With("column", clauses[i].column),
                          clauses[i].offset);
  }
}

duckdb::ColumnDefinition WithClause(const duckdb::ColumnDefinition& column,
                                    const std::vector<ColumnValueClause>& clauses) {
  duckdb::ColumnDefinition copy = column.Copy();
  for (const ColumnValueClause& clause : clauses) {
    if (clause.identity || !duckdb::StringUtil::CIEquals(clause.column, column.Name())) continue;
    if (clause.storage == engine::ValueStorage::kStored) {
      throw Error(ErrorKind::kUnsupported, "column.stored",
                  fmt::format("Column \"{}\" cannot be STORED: DuckDB's own tables compute "
                              "generated columns when they are read.",
                              clause.column))
          .Hint("Leave STORED out, or make the table in the lake.");
    }
    copy.SetGeneratedExpression(ExpressionOf(clause));
  }
  return copy;
}

}  // namespace

void DefineColumnValues(const duckdb::CreateTableInfo& info,
                        const engine::StatementOptions& options, const std::string& table,
                        delta::Metadata& definition) {
  const std::vector<ColumnValueClause>& clauses = options.column_values;
  CheckTwice(clauses, table);
  for (const auto& column : info.columns.Logical()) {
    if (!column.HasDefaultValue()) continue;
    SetColumnDefault(definition.schema.fields.at(column.Logical().index), column.DefaultValue(),
                     table);
  }
  for (const ColumnValueClause& clause : clauses) Define(clause, table, definition);
  // An expression may read a column that turned out to be generated behind it.
  for (const ColumnValueClause& clause : clauses) {
    if (!clause.identity) Define(clause, table, definition);
  }
}

void RestoreGeneratedColumns(const engine::Rewriting& rewriting) {
  auto& clauses = rewriting.options.column_values;
  if (clauses.empty()) return;
  duckdb::CreateTableInfo* info = TableMadeBy(rewriting.statement);
  if (info == nullptr || IsInLake(rewriting.context, *info)) return;
  duckdb::ColumnList columns;
  for (const auto& column : info->columns.Logical()) {
    columns.AddColumn(WithClause(column, clauses));
  }
  info->columns = std::move(columns);
  std::erase_if(clauses, [](const ColumnValueClause& clause) { return !clause.identity; });
}

}  // namespace laguna::catalog
