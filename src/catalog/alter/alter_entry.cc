// SPDX-License-Identifier: Apache-2.0
// ALTER statements that DuckDB parses itself: DROP NOT NULL; the others are refused by name.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/alter/altered_table.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "delta/codec/schema_json.h"
#include "duckdb/parser/parsed_data/alter_table_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

delta::StructField& FieldNamed(delta::Metadata& metadata, const std::string& column,
                               const std::string& table) {
  const auto index = metadata.schema.IndexOf(column);
  if (index) return metadata.schema.fields[*index];
  std::vector<std::string> names;
  for (const delta::StructField& field : metadata.schema.fields) names.push_back(field.name);
  throw Error(ErrorKind::kNotFound, "alter.unknown_column",
              fmt::format("Table {} has no column \"{}\".", table, column))
      .Hint(base::SuggestName(column, names))
      .With("table", table)
      .With("column", column);
}

// The field as the history shows it: JSON in a JSON string.
delta::Operation ChangeColumn(const delta::StructField& field) {
  const auto schema = nlohmann::json::parse(delta::WriteSchema({{field}}));
  const std::string column = schema.at("fields").at(0).dump();
  return {"CHANGE COLUMN", {{"column", nlohmann::json(column).dump()}}, {}};
}

void DropNotNull(duckdb::ClientContext& context, const AlteredTable& table,
                 const std::string& column) {
  delta::Metadata definition = table.view->metadata;
  delta::StructField& field = FieldNamed(definition, column, table.name);
  if (field.nullable) return;
  field.nullable = true;
  delta::Operation operation = ChangeColumn(field);
  AlterTable(context, table, std::move(definition), std::move(operation));
}

Error NotYet(const std::string& name, const duckdb::AlterInfo& info) {
  std::string statement = info.ToString();
  if (statement.ends_with(';')) statement.pop_back();
  return Error(ErrorKind::kUnsupported, "alter.not_yet",
               fmt::format("Laguna cannot alter {} yet ({}).", name, statement))
      .Hint("CREATE OR REPLACE makes it anew and keeps a table's history.")
      .With("name", name);
}

// The column whose NOT NULL goes; null for other statements.
const duckdb::DropNotNullInfo* AsDropNotNull(const duckdb::AlterInfo& info) {
  if (info.type != duckdb::AlterType::ALTER_TABLE) return nullptr;
  const auto& alter = info.Cast<duckdb::AlterTableInfo>();
  const bool drops = alter.alter_table_type == duckdb::AlterTableType::DROP_NOT_NULL;
  return drops ? &alter.Cast<duckdb::DropNotNullInfo>() : nullptr;
}

}  // namespace

void LakeSchema::Alter(duckdb::CatalogTransaction transaction, duckdb::AlterInfo& info) {
  engine::Guarded([&] {
    const std::string sql_name = fmt::format("{}.{}", name, info.name);
    const duckdb::DropNotNullInfo* drop = AsDropNotNull(info);
    duckdb::ClientContext& context = transaction.GetContext();
    const auto table = drop != nullptr ? FindTable(context, info.name) : std::nullopt;
    if (!table) throw NotYet(sql_name, info);
    const std::string root = RootOf(*table);
    TableViewPtr view = LakeTransaction::Get(context, lake_catalog_).View(root);
    DropNotNull(context, {lake_catalog_, root, sql_name, std::move(view)}, drop->column_name);
  });
}

}  // namespace laguna::catalog
