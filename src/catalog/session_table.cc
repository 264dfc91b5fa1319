// SPDX-License-Identifier: Apache-2.0
#include "catalog/session_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/definition/new_name.h"
#include "catalog/definition/table_definition.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/named_table.h"
#include "catalog/type_map.h"
#include "catalog/write/operation.h"
#include "delta/column_mapping.h"
#include "delta/properties.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "engine/duckdb.h"
#include "engine/duckdb_value.h"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

// Runs `body(context)` in the session's transaction, or in one of its own when none is open;
// whatever it throws leaves as an Error.
template <class Body>
auto InTransaction(engine::Session& session, Body&& body) {
  duckdb::ClientContext& context = *session.connection().context;
  try {
    decltype(body(context)) result{};
    context.RunFunctionInTransaction([&] { result = body(context); });
    return result;
  } catch (...) {
    throw engine::CurrentError();
  }
}

// A table by the name it has, which is not a text of SQL: a quote in it is a letter.
TableName NamedPlainly(duckdb::ClientContext& context, std::string table) {
  const std::string catalog_name = std::string(LakeCatalog::kName) + ".";
  if (table.starts_with(catalog_name)) table.erase(0, catalog_name.size());
  const size_t dot = table.find('.');
  if (dot == std::string::npos) return ResolveTableName(context, table);
  LakeCatalog& catalog = LakeCatalog::Get(context);
  const std::string zone = table.substr(0, dot);
  LakeSchema* schema = catalog.FindSchema(context, zone);
  if (schema == nullptr) throw catalog.UnknownSchema(context, zone);
  return {*schema, table.substr(dot + 1)};
}

// For changes: a transaction has to be open.
template <class Body>
void Change(engine::Session& session, const std::string& table, Body&& body) {
  LAGUNA_ASSERT(session.in_transaction());
  InTransaction(session, [&](duckdb::ClientContext& context) {
    const TableName name = NamedPlainly(context, table);
    const auto found = name.schema.FindTable(context, name.name);
    if (!found) {
      throw Error(ErrorKind::kNotFound, "catalog.unknown_table",
                  fmt::format("There is no table {} in the lake.", table));
    }
    auto& catalog = name.schema.lake_catalog();
    auto& transaction = LakeTransaction::Get(context, catalog);
    body(transaction, name.schema.RootOf(context, *found));
    return true;
  });
}

std::vector<engine::ResultColumn> ColumnsOf(const delta::Schema& schema) {
  std::vector<engine::ResultColumn> columns;
  for (const delta::StructField& field : schema.fields) {
    const duckdb::LogicalType type = ToDuckdb(field.type, field.name);
    columns.push_back({field.name, type.ToString(), type.IsNumeric()});
  }
  return columns;
}

TableState StateOf(std::string name, const TableView& view, const delta::SnapshotPtr& read) {
  TableState state;
  state.name = std::move(name);
  state.version = view.version;
  state.id = view.metadata.id;
  state.columns = ColumnsOf(view.metadata.schema);
  state.partition_by = view.metadata.partition_columns;
  state.comment = view.metadata.description.value_or("");
  state.properties.insert(view.metadata.configuration.begin(), view.metadata.configuration.end());
  state.protocol = view.protocol;
  if (read) {
    for (const auto& [app_id, transaction] : read->state().transactions) {
      state.transaction_versions[app_id] = transaction.version;
    }
  }
  return state;
}

duckdb::CreateTableInfo InfoOf(const NewTable& table, const TableName& name) {
  duckdb::CreateTableInfo info("", name.schema.name, name.name);
  for (const engine::ResultColumn& column : table.columns) {
    info.columns.AddColumn(duckdb::ColumnDefinition(column.name, engine::TypeNamed(column.type)));
  }
  for (const std::string& column : table.partition_by) {
    info.partition_keys.push_back(duckdb::make_uniq<duckdb::ColumnRefExpression>(column));
  }
  if (!table.comment.empty()) info.comment = duckdb::Value(table.comment);
  return info;
}

// Takes out what a user may have given, and leaves what Laguna writes itself.
delta::Properties TakeGiven(delta::Properties& properties) {
  delta::Properties given;
  for (auto at = properties.begin(); at != properties.end();) {
    const auto property = at++;
    if (property->first.starts_with(delta::kOwnPrefix)) continue;
    given.insert(properties.extract(property));
  }
  return given;
}

void CheckMayCreate(duckdb::ClientContext& context, const NewTable& table, const TableName& name,
                    const std::optional<std::string>& existing) {
  CheckNewName(context, name.schema, name.name);
  if (const auto view = name.schema.FindView(context, name.name)) {
    throw ExistsError(name.schema, "View", *view);
  }
  if (existing && !table.replace) throw ExistsError(name.schema, "Table", *existing);
}

bool HasColumn(const delta::Metadata& metadata, const std::string& name) {
  return std::ranges::any_of(metadata.schema.fields, [&](const delta::StructField& field) {
    return duckdb::StringUtil::CIEquals(field.name, name);
  });
}

}  // namespace

std::optional<TableState> ReadTableState(engine::Session& session, const std::string& table) {
  return InTransaction(session, [&](duckdb::ClientContext& context) -> std::optional<TableState> {
    const TableName name = NamedPlainly(context, table);
    const auto found = name.schema.FindTable(context, name.name);
    if (!found) return std::nullopt;
    const std::string root = name.schema.RootOf(context, *found);
    auto& transaction = LakeTransaction::Get(context, name.schema.lake_catalog());
    const TableViewPtr view = transaction.View(root);
    if (!view) return std::nullopt;
    return StateOf(fmt::format("{}.{}", name.schema.name, *found), *view,
                   transaction.ReadSnapshot(root));
  });
}

void CreateTable(engine::Session& session, const NewTable& table) {
  LAGUNA_ASSERT(session.in_transaction());
  InTransaction(session, [&](duckdb::ClientContext& context) {
    const TableName name = NamedPlainly(context, table.name);
    const auto existing = name.schema.FindTable(context, name.name);
    CheckMayCreate(context, table, name, existing);
    engine::StatementOptions options;
    delta::Properties own = table.properties;
    options.table_properties = TakeGiven(own);
    delta::Metadata metadata = DefinitionOf(InfoOf(table, name), options, table.name);
    metadata.configuration.merge(own);
    LakeCatalog& catalog = name.schema.lake_catalog();
    const std::string root = name.schema.RootOf(context, existing.value_or(name.name));
    auto& transaction = LakeTransaction::Get(context, catalog);
    const TableViewPtr replaced = existing ? transaction.Replaced(root) : nullptr;
    delta::MapNewColumns(metadata, replaced ? &replaced->metadata : nullptr,
                         catalog.environment().random);
    metadata.id = base::MakeUuid(catalog.environment().random);
    metadata.created_time_ms = catalog.environment().clock.NowMs();
    delta::Operation operation = CreateOperation(metadata, existing.has_value());
    transaction.CreateTable(root, std::move(metadata), existing.has_value());
    transaction.AddOperation(root, std::move(operation));
    return true;
  });
}

void SetTransactionVersion(engine::Session& session, const std::string& table,
                           const std::string& app_id, int64_t version) {
  Change(session, table, [&](LakeTransaction& transaction, const std::string& root) {
    transaction.SetTransactionVersion(root, app_id, version);
  });
}

void CommitTableLast(engine::Session& session, const std::string& table) {
  Change(session, table, [&](LakeTransaction& transaction, const std::string& root) {
    transaction.CommitLast(root);
  });
}

void AddColumns(engine::Session& session, const std::string& table,
                const std::vector<engine::ResultColumn>& columns) {
  duckdb::ClientContext& context = *session.connection().context;
  Change(session, table, [&](LakeTransaction& transaction, const std::string& root) {
    const delta::Metadata before = transaction.View(root)->metadata;
    delta::Metadata metadata = before;
    for (const engine::ResultColumn& column : columns) {
      if (HasColumn(metadata, column.name)) {
        throw Error(ErrorKind::kInvalidInput, "catalog.column_exists",
                    fmt::format("Table {} has a column {} already.", table, column.name));
      }
      const duckdb::LogicalType type = engine::TypeNamed(column.type);
      metadata.schema.fields.push_back({column.name, ToDelta(type, column.name), true, {}});
    }
    delta::CheckSchema(metadata.schema,
                       delta::ColumnMappingOf(metadata) != delta::ColumnMapping::kNone);
    delta::MapColumns(metadata, &before, LakeCatalog::Get(context).environment().random);
    transaction.Redefine(root, std::move(metadata));
  });
}

}  // namespace laguna::catalog
