// SPDX-License-Identifier: Apache-2.0
#include "engine/declared_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "duckdb/parser/constraints/not_null_constraint.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "engine/guard.h"

namespace laguna::engine {
namespace {

duckdb::CreateTableInfo* TableMadeBy(duckdb::SQLStatement& statement) {
  if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return nullptr;
  auto& info = *statement.Cast<duckdb::CreateStatement>().info;
  return info.type == duckdb::CatalogType::TABLE_ENTRY ? &info.Cast<duckdb::CreateTableInfo>()
                                                       : nullptr;
}

// Names in the type are looked up when the statement is bound; the error of one that is not there
// points to where the type stands in `query`.
duckdb::LogicalType ParsedType(const DeclaredColumn& column, const std::string& query) {
  // No statement has a type further in front.
  const std::string begin = "CREATE TABLE t(x ";
  const size_t blanks = column.offset - std::min(begin.size(), column.offset);
  try {
    duckdb::Parser parser;
    parser.ParseQuery(std::string(blanks, ' ') + begin + column.type.sql + ")");
    const duckdb::CreateTableInfo* info = TableMadeBy(*parser.statements.at(0));
    return info->columns.GetColumn(duckdb::LogicalIndex(0)).Type();
  } catch (const duckdb::ParserException&) {
    throw duckdb::ParserException::SyntaxError(
        query, fmt::format("The type of column \"{}\" cannot be read", column.name), column.offset);
  }
}

void AddPartition(duckdb::CreateTableInfo& info, const DeclaredColumn& column,
                  duckdb::LogicalType type) {
  if (info.columns.ColumnExists(column.name)) {
    ThrowAsDuckdb(
        base::Error(base::ErrorKind::kInvalidInput, "sql.syntax",
                    fmt::format("Column \"{}\" stands twice: in the list of columns, and with a "
                                "type in PARTITIONED BY.",
                                column.name))
            .Hint("Leave it out of the list, or write PARTITIONED BY (column) without the type."),
        column.offset);
  }
  info.columns.AddColumn(duckdb::ColumnDefinition(column.name, std::move(type)));
  if (!column.required) return;
  const duckdb::LogicalIndex last(info.columns.LogicalColumnCount() - 1);
  info.constraints.push_back(duckdb::make_uniq<duckdb::NotNullConstraint>(last));
}

}  // namespace

void RestoreDeclaredColumns(duckdb::SQLStatement& statement,
                            const std::vector<DeclaredColumn>& columns) {
  duckdb::CreateTableInfo* info = TableMadeBy(statement);
  if (info == nullptr) return;
  for (const DeclaredColumn& column : columns) {
    if (!column.is_partition && !column.is_replaced) continue;
    duckdb::LogicalType type = ParsedType(column, statement.query);
    if (column.is_partition) {
      AddPartition(*info, column, std::move(type));
    } else if (info->columns.ColumnExists(column.name)) {
      info->columns.GetColumnMutable(column.name).SetType(type);
    }
  }
}

}  // namespace laguna::engine
