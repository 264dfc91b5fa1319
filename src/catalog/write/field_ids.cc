// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/field_ids.h"

#include <utility>

namespace laguna::catalog {

namespace {

using Ids = duckdb::child_list_t<duckdb::Value>;

// How the writer calls the id of a field that has fields itself.
constexpr const char* kOwnId = "__duckdb_field_id";

void AddIds(const delta::DataType& type, Ids& ids);

void AddIds(const std::string& name, std::optional<int32_t> id, const delta::DataType& type,
            Ids& ids) {
  Ids inner;
  AddIds(type, inner);
  if (!inner.empty()) {
    if (id) inner.insert(inner.begin(), {kOwnId, duckdb::Value::INTEGER(*id)});
    ids.emplace_back(name, duckdb::Value::STRUCT(std::move(inner)));
  } else if (id) {
    ids.emplace_back(name, duckdb::Value::INTEGER(*id));
  }
}

// Those of a type's parts: elements, keys and values have none of their own.
void AddIds(const delta::DataType& type, Ids& ids) {
  if (const auto* array = type.AsArray()) {
    AddIds("element", std::nullopt, array->element, ids);
  } else if (const auto* map = type.AsMap()) {
    AddIds("key", std::nullopt, map->key, ids);
    AddIds("value", std::nullopt, map->value, ids);
  } else if (const auto* fields = type.AsStruct()) {
    for (const delta::StructField& field : fields->fields) {
      AddIds(field.PhysicalName(), field.FieldId(), field.type, ids);
    }
  }
}

}  // namespace

std::optional<duckdb::Value> FieldIdsOf(const WriteTarget& target) {
  Ids ids;
  for (const WriteColumn& column : target.columns) {
    if (column.is_partition) continue;
    AddIds(column.physical_name, column.field_id, column.delta_type, ids);
  }
  if (ids.empty()) return std::nullopt;
  return duckdb::Value::STRUCT(std::move(ids));
}

}  // namespace laguna::catalog
