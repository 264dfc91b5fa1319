// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/parsed_change.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/alter/declared_type.h"
#include "catalog/column_value/column_default.h"
#include "catalog/type_map.h"
#include "delta/column_value.h"
#include "duckdb/parser/expression/cast_expression.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/parsed_data/alter_table_info.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::AlterTableType;

Error Refused(const char* code, const std::string& sentence, const std::string& table) {
  return Error(ErrorKind::kUnsupported, code, sentence).With("table", table);
}

using DeclaredColumns = std::vector<engine::DeclaredColumn>;

// What an ALTER TABLE declares of the texts of its one type.
delta::TextLimits LimitsIn(const DeclaredColumns& declared) {
  return declared.empty() ? delta::TextLimits() : LimitsOf(declared.front().type);
}

AddColumn Added(const duckdb::ColumnDefinition& column, delta::FieldPath path, bool if_not_exists,
                const std::string& table) {
  const std::string name = column.Name();
  if (column.HasDefaultValue()) {
    throw Refused("alter.added_default",
                  fmt::format("Column \"{}\" cannot be added to table {} with a DEFAULT: the rows "
                              "that are there have no value for it.",
                              name, table),
                  table)
        .Hint(
            "Add it without, fill it with UPDATE, and give it the default with ALTER TABLE ... "
            "ALTER COLUMN ... SET DEFAULT.");
  }
  const bool is_text = column.Type().id() == duckdb::LogicalTypeId::VARCHAR;
  if (is_text && !duckdb::StringType::GetCollation(column.Type()).empty()) {
    throw Refused("alter.collation",
                  fmt::format("Column \"{}\" cannot be added to table {}: a Delta table keeps no "
                              "collation.",
                              name, table),
                  table)
        .Hint("Write COLLATE where the column is compared or sorted instead.");
  }
  path.push_back(name);
  AddColumn add;
  add.path = std::move(path);
  add.type = ToDelta(column.Type(), name);
  add.if_not_exists = if_not_exists;
  return add;
}

delta::FieldPath PathOf(const duckdb::vector<duckdb::string>& names) {
  return {names.begin(), names.end()};
}

// DuckDB puts a plain cast of the column there when the user wrote no USING.
bool IsPlainCast(const duckdb::ParsedExpression& expression, const std::string& column) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::CAST) return false;
  const auto& child = *expression.Cast<duckdb::CastExpression>().child;
  return child.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF &&
         child.Cast<duckdb::ColumnRefExpression>().GetColumnName() == column;
}

ChangeColumn Retyped(const duckdb::ChangeColumnTypeInfo& info, const DeclaredColumns& declared,
                     const std::string& table) {
  if (!IsPlainCast(*info.expression, info.column_name)) {
    throw Refused("alter.using",
                  fmt::format("The type of column \"{}\" of table {} cannot change USING an "
                              "expression: no file is written.",
                              info.column_name, table),
                  table)
        .Hint("Add a column of the new type, fill it with UPDATE, drop the old one and rename.");
  }
  ChangeColumn change;
  change.path = {info.column_name};
  change.type = ToDelta(info.target_type, info.column_name);
  change.limits = LimitsIn(declared);
  return change;
}

RewriteColumn Defaulted(const duckdb::SetDefaultInfo& info, const std::string& table) {
  const duckdb::ParsedExpression* value = info.expression.get();
  return {{info.column_name}, [value, table](delta::StructField& field) {
            if (value == nullptr) {
              delta::DropDefault(field);
            } else {
              SetColumnDefault(field, *value, table);
            }
          }};
}

Error NoPlace(const duckdb::AlterTableInfo& info, const std::string& table) {
  std::string statement = info.ToString();
  if (statement.ends_with(';')) statement.pop_back();
  return Refused("alter.unsupported",
                 fmt::format("A Delta table has no place for this ({}).", statement), table);
}

}  // namespace

ColumnChange ParsedChange(const duckdb::AlterTableInfo& info, const DeclaredColumns& declared,
                          const std::string& table) {
  switch (info.alter_table_type) {
    case AlterTableType::ADD_COLUMN: {
      const auto& add = info.Cast<duckdb::AddColumnInfo>();
      AddColumn added = Added(add.new_column, {}, add.if_column_not_exists, table);
      added.limits = LimitsIn(declared);
      return added;
    }
    case AlterTableType::ADD_FIELD: {
      const auto& add = info.Cast<duckdb::AddFieldInfo>();
      AddColumn added =
          Added(add.new_field, PathOf(add.column_path), add.if_field_not_exists, table);
      added.limits = LimitsIn(declared);
      return added;
    }
    case AlterTableType::REMOVE_COLUMN: {
      const auto& drop = info.Cast<duckdb::RemoveColumnInfo>();
      return DropColumn{{drop.removed_column}, drop.if_column_exists};
    }
    case AlterTableType::REMOVE_FIELD: {
      const auto& drop = info.Cast<duckdb::RemoveFieldInfo>();
      return DropColumn{PathOf(drop.column_path), drop.if_column_exists};
    }
    case AlterTableType::RENAME_COLUMN: {
      const auto& rename = info.Cast<duckdb::RenameColumnInfo>();
      return RenameColumn{{rename.old_name}, rename.new_name};
    }
    case AlterTableType::RENAME_FIELD: {
      const auto& rename = info.Cast<duckdb::RenameFieldInfo>();
      return RenameColumn{PathOf(rename.column_path), rename.new_name};
    }
    case AlterTableType::ALTER_COLUMN_TYPE:
      return Retyped(info.Cast<duckdb::ChangeColumnTypeInfo>(), declared, table);
    case AlterTableType::SET_DEFAULT:
      return Defaulted(info.Cast<duckdb::SetDefaultInfo>(), table);
    case AlterTableType::DROP_NOT_NULL: {
      ChangeColumn change;
      change.path = {info.Cast<duckdb::DropNotNullInfo>().column_name};
      change.drop_not_null = true;
      return change;
    }
    case AlterTableType::SET_NOT_NULL:
      RefuseNotNull(info.Cast<duckdb::SetNotNullInfo>().column_name, table);
    default:
      throw NoPlace(info, table);
  }
}

}  // namespace laguna::catalog
