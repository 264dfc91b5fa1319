// SPDX-License-Identifier: Apache-2.0
// CREATE VIEW: a file <zone>/<name>.view.sql that holds the query and appears at commit.
#include <string>
#include <utility>

#include "catalog/definition/new_name.h"
#include "catalog/definition/view_query.h"
#include "catalog/definition/view_text.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateView(
    duckdb::CatalogTransaction transaction, duckdb::CreateViewInfo& info) {
  return engine::Guarded([&]() -> duckdb::optional_ptr<duckdb::CatalogEntry> {
    duckdb::ClientContext& context = transaction.GetContext();
    CheckNewName(context, *this, info.view_name);
    if (const auto table = FindTable(context, info.view_name)) {
      throw ExistsError(*this, "Table", *table);
    }
    const auto existing = FindView(context, info.view_name);
    const bool replace = info.on_conflict == duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
    if (existing && info.on_conflict == duckdb::OnCreateConflict::IGNORE_ON_CONFLICT) {
      return nullptr;
    }
    if (existing && !replace) throw ExistsError(*this, "View", *existing);
    const QualifiedQuery query = Qualify(context, *this, info);
    std::string text = ViewText(info, query, engine::StatementOptionsOf(context).source);
    LakeTransaction::Get(context, lake_catalog_)
        .PutDefinition(ViewKeyOf(existing.value_or(info.view_name)), std::move(text), replace);
    return nullptr;
  });
}

}  // namespace laguna::catalog
