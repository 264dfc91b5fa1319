// SPDX-License-Identifier: Apache-2.0
#include "catalog/unknown_relation.h"

#include <string>

#include "catalog/lake_catalog.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/database_manager.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/simplified_token.hpp"
#include "duckdb/parser/tableref.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {
namespace {

bool IsName(std::string_view text, const std::string& name) {
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return duckdb::StringUtil::CIEquals(std::string(text), name);
}

// Where `schema` stands before a dot in the statement; the binder does not tell replacement scans.
duckdb::optional_idx PositionOfSchema(duckdb::ClientContext& context, const std::string& schema) {
  const auto& source = engine::StatementOptionsOf(context).source;
  const auto tokens = duckdb::Parser::Tokenize(source);
  for (size_t index = 0; index + 1 < tokens.size(); ++index) {
    const auto start = tokens[index].start;
    const auto end = tokens[index + 1].start;
    auto text = std::string_view(source).substr(start, end - start);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    if (source.compare(end, 1, ".") == 0 && IsName(text, schema)) return start;
  }
  return {};
}

duckdb::unique_ptr<duckdb::TableRef> Explain(duckdb::ClientContext& context,
                                             duckdb::ReplacementScanInput& input,
                                             duckdb::optional_ptr<duckdb::ReplacementScanData>) {
  const auto& schema = input.schema_name;
  if (schema.empty()) return nullptr;
  if (!input.catalog_name.empty() && input.catalog_name != LakeCatalog::kName) return nullptr;
  if (IsReservedZoneName(schema) && schema != "lake" && schema != "laguna") return nullptr;
  // A schema of another database, or a database, is DuckDB's to explain.
  if (duckdb::Catalog::GetCatalogEntry(context, schema)) return nullptr;
  engine::Guarded([&] {
    auto& catalog = LakeCatalog::Get(context);
    if (catalog.FindSchema(context, schema) != nullptr) return;
    engine::ThrowAsDuckdb(catalog.UnknownSchema(context, schema),
                          PositionOfSchema(context, schema));
  });
  return nullptr;
}

}  // namespace

duckdb::ReplacementScan UnknownRelationScan() {
  return duckdb::ReplacementScan(Explain);
}

}  // namespace laguna::catalog
