// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/changed_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::StringUtil;
using duckdb::StructType;
using engine::ChangedColumn;

std::vector<std::string> ColumnNames(const duckdb::ColumnList& columns) {
  std::vector<std::string> names;
  for (const auto& column : columns.Logical()) names.push_back(column.Name());
  return names;
}

std::vector<std::string> FieldNames(const LogicalType& type) {
  std::vector<std::string> names;
  for (const auto& field : StructType::GetChildTypes(type)) names.push_back(field.first);
  return names;
}

[[noreturn]] void ThrowUnknown(const std::string& what, const ChangedColumn& column,
                               const std::string& name, const std::vector<std::string>& known) {
  engine::ThrowAsDuckdb(Error(ErrorKind::kInvalidInput, "sql.unknown_column",
                              fmt::format("{} has no {} {}.", what,
                                          what.starts_with("Table") ? "column" : "field", name))
                            .Hint(base::SuggestName(name, known))
                            .With("column", fmt::format("{}", fmt::join(column.path, "."))),
                        column.offset);
}

const std::string* FindField(const LogicalType& type, const std::string& name) {
  for (const auto& field : StructType::GetChildTypes(type)) {
    if (StringUtil::CIEquals(field.first, name)) return &field.first;
  }
  return nullptr;
}

// The fields of `names` from the second on, looked up in `type`, the type of the first.
std::vector<std::string> ResolveFields(const ChangedColumn& column,
                                       const std::vector<std::string>& names, LogicalType type) {
  std::vector<std::string> fields;
  for (size_t i = 1; i < names.size(); ++i) {
    const std::string outer = fmt::format("{}", fmt::join(names.begin(), names.begin() + i, "."));
    if (type.id() != duckdb::LogicalTypeId::STRUCT) {
      engine::ThrowAsDuckdb(
          Error(ErrorKind::kInvalidInput, "sql.not_a_struct",
                fmt::format("{} is no struct but {}, so it has no field {}.", outer,
                            type.ToString(), names[i]))
              .Hint("Fields of structs can be set; elements of lists and maps cannot: set the "
                    "whole column."),
          column.offset);
    }
    const std::string* field = FindField(type, names[i]);
    if (field == nullptr) {
      ThrowUnknown(fmt::format("The struct {}", outer), column, names[i], FieldNames(type));
    }
    fields.push_back(*field);
    type = StructType::GetChildType(type, StructType::GetChildIndexUnsafe(type, *field));
  }
  return fields;
}

}  // namespace

ChangedTable::ChangedTable(duckdb::TableCatalogEntry& entry, std::string alias)
    : entry_(entry), alias_(std::move(alias)) {}

std::optional<ChangedTable> ChangedTable::Find(duckdb::ClientContext& context,
                                               const duckdb::TableRef& target) {
  if (target.type != duckdb::TableReferenceType::BASE_TABLE) return std::nullopt;
  const auto& table = target.Cast<duckdb::BaseTableRef>();
  std::string catalog = table.catalog_name;
  std::string schema = table.schema_name;
  duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
  const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, table.table_name,
                                       duckdb::QueryErrorContext(table.query_location));
  auto entry = duckdb::Catalog::GetEntry(context, catalog, schema, lookup,
                                         duckdb::OnEntryNotFound::RETURN_NULL);
  if (!entry || entry->type != duckdb::CatalogType::TABLE_ENTRY) return std::nullopt;
  return ChangedTable(entry->Cast<duckdb::TableCatalogEntry>(), table.alias);
}

std::string ChangedTable::SqlName() const {
  return fmt::format("{}.{}", entry_.ParentSchema().name, entry_.name);
}

bool ChangedTable::IsQualifiedBy(const std::vector<std::string>& path, size_t count) const {
  if (path.size() <= count) return false;
  if (!alias_.empty()) return count == 1 && StringUtil::CIEquals(path[0], alias_);
  const std::string names[] = {entry_.ParentCatalog().GetName(), entry_.ParentSchema().name,
                               entry_.name};
  constexpr size_t kNames = std::size(names);
  const auto same = [](const std::string& left, const std::string& right) {
    return StringUtil::CIEquals(left, right);
  };
  return std::equal(path.begin(), path.begin() + static_cast<long>(count), names + (kNames - count),
                    same);
}

std::vector<std::string> ChangedTable::Unqualified(const std::vector<std::string>& path) const {
  for (size_t count = 3; count > 0; --count) {
    if (!IsQualifiedBy(path, count)) continue;
    // A struct may have the table's name: s.f of a table s without a column f.
    if (columns().ColumnExists(path[count]) || !columns().ColumnExists(path[0])) {
      return {path.begin() + static_cast<long>(count), path.end()};
    }
  }
  return path;
}

ColumnPath ChangedTable::Resolve(const ChangedColumn& column) const {
  const std::vector<std::string> names = Unqualified(column.path);
  if (!columns().ColumnExists(names[0])) {
    ThrowUnknown(fmt::format("Table {}", SqlName()), column, names[0], ColumnNames(columns()));
  }
  const duckdb::ColumnDefinition& found = columns().GetColumn(names[0]);
  return {found.Logical(), ResolveFields(column, names, found.Type())};
}

duckdb::unique_ptr<duckdb::ParsedExpression> ChangedTable::Reference(
    const std::string& column) const {
  if (!alias_.empty()) return duckdb::make_uniq<duckdb::ColumnRefExpression>(column, alias_);
  return duckdb::make_uniq<duckdb::ColumnRefExpression>(duckdb::vector<std::string>{
      entry_.ParentCatalog().GetName(), entry_.ParentSchema().name, entry_.name, column});
}

}  // namespace laguna::catalog
