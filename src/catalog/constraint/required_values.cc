// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/required_values.h"

#include <algorithm>

#include "duckdb/common/vector_operations/vector_operations.hpp"

namespace laguna::catalog {

namespace {

using duckdb::FlatVector;
using duckdb::idx_t;

std::optional<idx_t> FirstNull(duckdb::Vector& values, idx_t count) {
  duckdb::UnifiedVectorFormat format;
  values.ToUnifiedFormat(count, format);
  if (format.validity.AllValid()) return std::nullopt;
  for (idx_t row = 0; row < count; ++row) {
    if (!format.validity.RowIsValid(format.sel->get_index(row))) return row;
  }
  return std::nullopt;
}

bool RequiresInside(const delta::DataType& type) {
  if (const auto* array = type.AsArray()) {
    return !array->contains_null || RequiresInside(array->element);
  }
  if (const auto* map = type.AsMap()) {
    return !map->value_contains_null || RequiresInside(map->key) || RequiresInside(map->value);
  }
  const auto* fields = type.AsStruct();
  return fields != nullptr && std::ranges::any_of(fields->fields, [](const auto& field) {
           return !field.nullable || RequiresInside(field.type);
         });
}

std::optional<MissingValue> FindInside(duckdb::Vector& values, idx_t count,
                                       const delta::DataType& type, const std::string& path);

std::optional<MissingValue> FindInFields(duckdb::Vector& values, idx_t count,
                                         const delta::StructType& fields, const std::string& path) {
  const auto& entries = duckdb::StructVector::GetEntries(values);
  for (size_t i = 0; i < fields.fields.size(); ++i) {
    const delta::StructField& field = fields.fields[i];
    duckdb::Vector& child = *entries[i];
    const std::string name = path + "." + field.name;
    for (idx_t row = 0; row < count && !field.nullable; ++row) {
      if (FlatVector::IsNull(child, row) && !FlatVector::IsNull(values, row)) {
        return MissingValue{row, name};
      }
    }
    if (auto found = FindInside(child, count, field.type, name)) return found;
  }
  return std::nullopt;
}

// `child` is the lists' common vector, or a part of it (a map's keys or values).
std::optional<MissingValue> FindInElements(duckdb::Vector& lists, idx_t count,
                                           duckdb::Vector& child, const delta::DataType& type,
                                           bool required, const std::string& path) {
  const idx_t elements = duckdb::ListVector::GetListSize(lists);
  std::optional<MissingValue> found;
  if (required) {
    const auto null = FirstNull(child, elements);
    if (null) found = MissingValue{*null, path};
  }
  if (!found) found = FindInside(child, elements, type, path);
  if (found) found->row = RowOfElement(lists, count, found->row);
  return found;
}

// `values` is flat and holds no elements but its rows'.
std::optional<MissingValue> FindInside(duckdb::Vector& values, idx_t count,
                                       const delta::DataType& type, const std::string& path) {
  if (!RequiresInside(type)) return std::nullopt;
  if (const auto* fields = type.AsStruct()) return FindInFields(values, count, *fields, path);
  if (const auto* array = type.AsArray()) {
    return FindInElements(values, count, duckdb::ListVector::GetEntry(values), array->element,
                          !array->contains_null, path + "[]");
  }
  const auto* map = type.AsMap();
  if (map == nullptr) return std::nullopt;
  auto found = FindInElements(values, count, duckdb::MapVector::GetKeys(values), map->key, false,
                              path + "{key}");
  if (found) return found;
  return FindInElements(values, count, duckdb::MapVector::GetValues(values), map->value,
                        !map->value_contains_null, path + "{}");
}

}  // namespace

idx_t RowOfElement(duckdb::Vector& lists, idx_t count, idx_t index) {
  const auto* entries = FlatVector::GetData<duckdb::list_entry_t>(lists);
  for (idx_t row = 0; row < count; ++row) {
    if (FlatVector::IsNull(lists, row)) continue;
    if (index >= entries[row].offset && index < entries[row].offset + entries[row].length) {
      return row;
    }
  }
  return 0;
}

std::optional<MissingValue> FindMissingValue(duckdb::Vector& values, idx_t count,
                                             const WriteColumn& column) {
  if (column.required) {
    if (const auto row = FirstNull(values, count)) return MissingValue{*row, column.name};
  }
  if (!RequiresInside(column.delta_type)) return std::nullopt;
  // A copy is flat, and holds the elements of its rows and no others.
  duckdb::Vector flat(values.GetType(), count);
  duckdb::VectorOperations::Copy(values, flat, count, 0, 0);
  return FindInside(flat, count, column.delta_type, column.name);
}

}  // namespace laguna::catalog
