// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/created_table.h"

#include <string>

#include "catalog/lake_catalog.h"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {

duckdb::CreateTableInfo* TableMadeBy(duckdb::SQLStatement& statement) {
  if (statement.type == duckdb::StatementType::EXPLAIN_STATEMENT) {
    return TableMadeBy(*statement.Cast<duckdb::ExplainStatement>().stmt);
  }
  if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return nullptr;
  auto& info = *statement.Cast<duckdb::CreateStatement>().info;
  return info.type == duckdb::CatalogType::TABLE_ENTRY ? &info.Cast<duckdb::CreateTableInfo>()
                                                       : nullptr;
}

bool IsInLake(duckdb::ClientContext& context, const duckdb::CreateTableInfo& info) {
  if (info.temporary) return false;
  std::string catalog = info.catalog;
  std::string schema = info.schema;
  duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
  const auto found = duckdb::Catalog::GetCatalogEntry(context, catalog);
  return !found || dynamic_cast<const LakeCatalog*>(found.get()) != nullptr;
}

}  // namespace laguna::catalog
