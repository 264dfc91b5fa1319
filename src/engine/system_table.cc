// SPDX-License-Identifier: Apache-2.0
#include "engine/system_table.h"

#include <fmt/format.h>

#include <utility>

#include "duckdb/main/attached_database.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/database_manager.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/transaction/meta_transaction.hpp"
#include "engine/duckdb_value.h"
#include "engine/guard.h"
#include "engine/open_database.h"

namespace laguna::engine {
namespace {

std::string FunctionName(const std::string& table) {
  return fmt::format("laguna_{}", table);
}

// SELECT * FROM system.main.<function>().
duckdb::unique_ptr<duckdb::SelectStatement> AllRowsOf(const std::string& function) {
  auto from = duckdb::make_uniq<duckdb::TableFunctionRef>();
  from->function = duckdb::make_uniq<duckdb::FunctionExpression>(
      SYSTEM_CATALOG, DEFAULT_SCHEMA, function,
      duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>>());
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  node->from_table = std::move(from);
  auto select = duckdb::make_uniq<duckdb::SelectStatement>();
  select->node = std::move(node);
  return select;
}

// The columns are given, so that nothing has to be bound for a view that nobody reads.
void MakeView(duckdb::Catalog& catalog, duckdb::ClientContext& context, const RowSource& source) {
  duckdb::CreateViewInfo info(kSystemTableCatalog, DEFAULT_SCHEMA, source.name);
  info.query = AllRowsOf(FunctionName(source.name));
  info.sql = fmt::format("CREATE VIEW {}.{} AS FROM {}()", kSystemTableCatalog, source.name,
                         FunctionName(source.name));
  for (const RowColumn& column : source.columns({})) {
    info.names.push_back(column.name);
    info.types.push_back(TypeNamed(column.type));
  }
  catalog.CreateView(context, info);
}

void AddViews(OpenDatabase& database, const std::vector<RowSource>& sources) {
  duckdb::Connection connection(database.duckdb());
  const auto attached =
      connection.Query(fmt::format("ATTACH ':memory:' AS {}", kSystemTableCatalog));
  if (attached->HasError()) throw Translate(attached->GetErrorObject());
  const auto catalog =
      duckdb::DatabaseManager::Get(database.instance()).GetDatabase(kSystemTableCatalog);
  connection.BeginTransaction();
  duckdb::MetaTransaction::Get(*connection.context)
      .ModifyDatabase(*catalog, duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
  for (const RowSource& source : sources) {
    MakeView(catalog->GetCatalog(), *connection.context, source);
  }
  connection.Commit();
  catalog->SetReadOnlyDatabase();
}

}  // namespace

DatabaseSetup AddSystemTables(std::vector<RowSource> sources) {
  return [sources = std::move(sources)](OpenDatabase& database) {
    for (RowSource source : sources) {
      source.name = FunctionName(source.name);
      AddRowSource(std::move(source))(database);
    }
    AddViews(database, sources);
  };
}

}  // namespace laguna::engine
