// SPDX-License-Identifier: Apache-2.0
// laguna_show_tables(['zone']): names of tables and views; what SHOW TABLES shows.
//
// DuckDB's own listing asks every table for its columns, which in a lake means to read every log;
// this one lists zones and opens nothing.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/sql_function.h"
#include "duckdb/catalog/catalog_search_path.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/client_data.hpp"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::CatalogType;

struct NamesBindData final : duckdb::TableFunctionData {
  std::vector<std::string> names;
};

struct NamesState final : duckdb::GlobalTableFunctionState {
  size_t next = 0;
};

void AddNames(duckdb::ClientContext& context, duckdb::SchemaCatalogEntry& schema,
              std::vector<std::string>& names) {
  if (auto* zone = dynamic_cast<LakeSchema*>(&schema)) {
    for (auto& name : zone->TableNames(context)) names.push_back(std::move(name));
    for (auto& name : zone->ViewNames(context)) names.push_back(std::move(name));
    return;
  }
  std::vector<std::string> found;
  const auto add = [&](duckdb::CatalogEntry& entry) {
    if (!entry.internal) found.push_back(entry.name);
  };
  schema.Scan(context, CatalogType::TABLE_ENTRY, add);
  schema.Scan(context, CatalogType::VIEW_ENTRY, add);
  // Some catalogs give views with tables, some by themselves.
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  names.insert(names.end(), found.begin(), found.end());
}

// Of the schemas an unqualified name is looked for in.
std::vector<std::string> NamesInPath(duckdb::ClientContext& context) {
  std::vector<std::string> names;
  std::set<const duckdb::SchemaCatalogEntry*> seen;
  for (const auto& entry : duckdb::ClientData::Get(context).catalog_search_path->Get()) {
    auto schema = duckdb::Catalog::GetSchema(context, entry.catalog, entry.schema,
                                             duckdb::OnEntryNotFound::RETURN_NULL);
    if (schema && seen.insert(schema.get()).second) AddNames(context, *schema, names);
  }
  return names;
}

// "bronze", "lake.bronze", or a whole database.
std::vector<std::string> NamesIn(duckdb::ClientContext& context, const std::string& from) {
  auto parts = duckdb::QualifiedName::Parse(from);
  std::string catalog = parts.schema;
  std::string schema = parts.name;
  duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
  std::vector<std::string> names;
  if (schema.empty()) {
    for (auto& entry : duckdb::Catalog::GetSchemas(context, catalog)) {
      AddNames(context, entry.get(), names);
    }
    return names;
  }
  if (catalog.empty()) catalog = LakeCatalog::kName;
  AddNames(context, duckdb::Catalog::GetSchema(context, catalog, schema), names);
  return names;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<NamesBindData>();
  engine::Guarded([&] {
    const bool named = !input.inputs.empty() && !input.inputs[0].IsNull();
    data->names =
        named ? NamesIn(context, input.inputs[0].GetValue<std::string>()) : NamesInPath(context);
    std::ranges::sort(data->names);
  });
  names.emplace_back("name");
  types.emplace_back(duckdb::LogicalType::VARCHAR);
  return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<NamesState>();
}

void Emit(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& names = input.bind_data->Cast<NamesBindData>().names;
  auto& state = input.global_state->Cast<NamesState>();
  duckdb::idx_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < names.size(); ++row, ++state.next) {
    output.SetValue(0, row, duckdb::Value(names[state.next]));
  }
  output.SetCardinality(row);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunctionSet functions("laguna_show_tables");
  functions.AddFunction(duckdb::TableFunction({}, Emit, Bind, Start));
  functions.AddFunction(duckdb::TableFunction({duckdb::LogicalType::VARCHAR}, Emit, Bind, Start));
  loader.RegisterFunction(std::move(functions));
}

}  // namespace

extern const SqlFunction laguna_show_tables_function{
    .name = "laguna_show_tables",
    .syntax = "laguna_show_tables([schema VARCHAR])",
    .documentation =
        "The names of the tables and views in a schema, or where unqualified names are looked "
        "for.\n\nThe same as `SHOW TABLES`, for use in queries. No log is read.",
    .example = "SELECT * FROM laguna_show_tables('bronze')",
    .add = Add,
};

}  // namespace laguna::catalog
