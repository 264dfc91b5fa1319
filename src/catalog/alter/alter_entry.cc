// SPDX-License-Identifier: Apache-2.0
// ALTER and COMMENT ON as DuckDB parses them. Spellings it does not know are statements of ours
// (catalog/statement/alter_table_*.cc), which make the same changes.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/alter/altered_table.h"
#include "catalog/alter/column_change.h"
#include "catalog/alter/moved_table.h"
#include "catalog/alter/parsed_change.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "duckdb/parser/parsed_data/alter_table_info.hpp"
#include "duckdb/parser/parsed_data/comment_on_column_info.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using nlohmann::json;

Error NotYet(const std::string& name, const duckdb::AlterInfo& info) {
  std::string statement = info.ToString();
  if (statement.ends_with(';')) statement.pop_back();
  return Error(ErrorKind::kUnsupported, "alter.not_yet",
               fmt::format("Laguna cannot alter {} yet ({}).", name, statement))
      .Hint("CREATE OR REPLACE makes it anew and keeps a table's history.")
      .With("name", name);
}

// The history shows a comment as the property Spark keeps it in.
DefinitionChange Commented(const delta::Metadata& before, const duckdb::Value& comment) {
  delta::Metadata after = before;
  if (comment.IsNull()) {
    after.description = std::nullopt;
    return {std::move(after),
            {"UNSET TBLPROPERTIES",
             {{"properties", json(R"(["comment"])").dump()}, {"ifExists", "true"}},
             {}}};
  }
  after.description = comment.ToString();
  const json properties = {{"comment", comment.ToString()}};
  return {std::move(after),
          {"SET TBLPROPERTIES", {{"properties", json(properties.dump()).dump()}}, {}}};
}

ColumnChange ColumnCommented(const duckdb::SetColumnCommentInfo& info) {
  ChangeColumn change;
  change.path = {info.column_name};
  change.comment = info.comment_value.IsNull() ? "" : info.comment_value.ToString();
  return change;
}

const duckdb::RenameTableInfo* AsRename(const duckdb::AlterInfo& info) {
  if (info.type != duckdb::AlterType::ALTER_TABLE) return nullptr;
  const auto& alter = info.Cast<duckdb::AlterTableInfo>();
  const bool renames = alter.alter_table_type == duckdb::AlterTableType::RENAME_TABLE;
  return renames ? &alter.Cast<duckdb::RenameTableInfo>() : nullptr;
}

ColumnChanges ChangesOf(const duckdb::AlterInfo& info,
                        const std::vector<engine::DeclaredColumn>& declared,
                        const AlteredTable& table) {
  const delta::Metadata& before = table.view->metadata;
  if (info.type == duckdb::AlterType::SET_COMMENT) {
    return {Commented(before, info.Cast<duckdb::SetCommentInfo>().comment_value), {}};
  }
  const ColumnChange change[] = {
      info.type == duckdb::AlterType::SET_COLUMN_COMMENT
          ? ColumnCommented(info.Cast<duckdb::SetColumnCommentInfo>())
          : ParsedChange(info.Cast<duckdb::AlterTableInfo>(), declared, table.name)};
  return ChangeColumns(before, change, table.name, table.catalog.environment().random);
}

bool IsOfTables(const duckdb::AlterInfo& info) {
  return info.type == duckdb::AlterType::ALTER_TABLE ||
         info.type == duckdb::AlterType::SET_COMMENT ||
         info.type == duckdb::AlterType::SET_COLUMN_COMMENT;
}

}  // namespace

void LakeSchema::Alter(duckdb::CatalogTransaction transaction, duckdb::AlterInfo& info) {
  engine::Guarded([&] {
    duckdb::ClientContext& context = transaction.GetContext();
    const auto found = IsOfTables(info) ? FindTable(context, info.name) : std::nullopt;
    const std::string sql_name = fmt::format("{}.{}", name, found.value_or(info.name));
    if (!found) throw NotYet(sql_name, info);
    if (const duckdb::RenameTableInfo* rename = AsRename(info)) {
      RenameTable(context, *this, *found, *this, rename->new_table_name);
      return;
    }
    const std::string root = RootOf(context, *found);
    TableViewPtr view = LakeTransaction::Get(context, lake_catalog_).View(root);
    const AlteredTable table{lake_catalog_, root, sql_name, std::move(view)};
    const auto& declared = engine::StatementOptionsOf(context).declared_columns;
    AlterColumns(context, table, ChangesOf(info, declared, table));
  });
}

}  // namespace laguna::catalog
