// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/replaced_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "delta/codec/schema_json.h"
#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::FieldPosition;
using nlohmann::json;

bool SameName(const std::string& a, const std::string& b) {
  return duckdb::StringUtil::CIEquals(a, b);
}

Error BadList(const std::string& table, const std::string& column, const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "alter.replace_columns",
               fmt::format("The columns of table {} cannot be replaced: \"{}\" {}.", table, column,
                           why))
      .With("table", table)
      .With("column", column);
}

std::vector<AddColumn> ColumnsOf(std::span<const ColumnChange> wanted, const std::string& table) {
  std::vector<AddColumn> columns;
  for (const ColumnChange& change : wanted) {
    const auto& column = std::get<AddColumn>(change);
    const std::string& name = column.path.back();
    if (column.path.size() > 1) throw BadList(table, name, "is a field of a struct");
    const bool is_known = std::ranges::any_of(
        columns, [&](const AddColumn& other) { return SameName(other.path.back(), name); });
    if (is_known) throw BadList(table, name, "stands twice");
    columns.push_back(column);
  }
  return columns;
}

FieldPosition Behind(const std::vector<AddColumn>& columns, size_t at) {
  if (at == 0) return {FieldPosition::Place::kFirst, ""};
  return {FieldPosition::Place::kAfter, columns[at - 1].path.back()};
}

const delta::StructField* Known(const delta::Schema& schema, const std::string& name) {
  const auto found = std::ranges::find_if(
      schema.fields, [&](const delta::StructField& field) { return SameName(field.name, name); });
  return found == schema.fields.end() ? nullptr : &*found;
}

// What makes the column that is there the one that is wanted, and puts it in its place.
ColumnChange Kept(const delta::StructField& field, const AddColumn& wanted, FieldPosition position,
                  const std::string& table) {
  if (field.nullable && !wanted.nullable) RefuseNotNull(field.name, table);
  ChangeColumn change;
  change.path = {field.name};
  const std::string type = delta::TypeText(field.type, delta::TextLimitsOf(field));
  if (type != delta::TypeText(wanted.type, wanted.limits)) {
    change.type = wanted.type;
    change.limits = wanted.limits;
  }
  change.comment = wanted.comment.value_or("");
  change.position = std::move(position);
  change.drop_not_null = !field.nullable && wanted.nullable;
  return change;
}

// Spark puts lists as JSON text into a JSON string.
std::string Described(const delta::Schema& schema) {
  return json(json::parse(delta::WriteSchema(schema)).at("fields").dump()).dump();
}

}  // namespace

ColumnChanges ReplaceColumns(const delta::Metadata& before, std::span<const ColumnChange> wanted,
                             const std::string& table, base::Random& random) {
  const std::vector<AddColumn> columns = ColumnsOf(wanted, table);
  std::vector<ColumnChange> changes;
  // New ones come first, so that there is a column left whatever goes.
  for (size_t at = 0; at < columns.size(); ++at) {
    AddColumn column = columns[at];
    if (const delta::StructField* field = Known(before.schema, column.path.back())) {
      changes.push_back(Kept(*field, column, Behind(columns, at), table));
    } else {
      column.position = Behind(columns, at);
      changes.emplace_back(std::move(column));
    }
  }
  for (const delta::StructField& field : before.schema.fields) {
    const bool stays = std::ranges::any_of(
        columns, [&](const AddColumn& column) { return SameName(column.path.back(), field.name); });
    if (!stays) changes.emplace_back(DropColumn{{field.name}, false});
  }
  ColumnChanges result = ChangeColumns(before, changes, table, random);
  result.change.operation = {
      "REPLACE COLUMNS", {{"columns", Described(result.change.definition.schema)}}, {}};
  return result;
}

}  // namespace laguna::catalog
