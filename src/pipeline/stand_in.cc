// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stand_in.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "catalog/session_table.h"
#include "engine/sql_text.h"
#include "pipeline/transaction.h"

namespace laguna::pipeline {
namespace {

// What DuckDB calls the type of a bare NULL, and what it makes of it in a table.
constexpr std::string_view kNullType = "\"NULL\"";
constexpr std::string_view kTypeOfNulls = "INTEGER";

std::string TypeInTables(const std::string& type) {
  return type == kNullType ? std::string(kTypeOfNulls) : type;
}

}  // namespace

std::string ColumnList(const std::vector<engine::ResultColumn>& columns) {
  std::string list;
  for (const engine::ResultColumn& column : columns) {
    if (!list.empty()) list += ", ";
    list += fmt::format("{} {}", engine::QuotedName(column.name), TypeInTables(column.type));
  }
  return list;
}

void MakeStandIn(engine::Session& session, const std::string& name,
                 const std::vector<engine::ResultColumn>& columns) {
  session.Run(fmt::format("CREATE OR REPLACE TEMPORARY TABLE {} ({})", engine::QuotedName(name),
                          ColumnList(columns)));
}

std::vector<engine::ResultColumn> StoredColumns(engine::Session& session,
                                                const Definition& definition,
                                                const std::vector<engine::ResultColumn>& columns) {
  Transaction trial(session);
  catalog::NewTable table{definition.table.table, columns, definition.table.partition_by};
  table.properties = definition.table.properties;
  table.replace = true;
  for (engine::ResultColumn& column : table.columns) column.type = TypeInTables(column.type);
  catalog::CreateTable(session, table);
  const auto state = catalog::ReadTableState(session, definition.table.table);
  LAGUNA_ASSERT(state.has_value());
  return state->columns;
}

}  // namespace laguna::pipeline
