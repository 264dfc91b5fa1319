// SPDX-License-Identifier: Apache-2.0
#include "delta/field_path.h"

#include <algorithm>
#include <utility>

#include "delta/column_list.h"

namespace laguna::delta {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The type that `name` leads to inside of an array or a map; null: none.
const DataType* Inside(const DataType& type, std::string_view name) {
  if (const ArrayType* array = type.AsArray()) {
    return IsSameName(name, "element") ? &array->element : nullptr;
  }
  const MapType* map = type.AsMap();
  if (map == nullptr) return nullptr;
  if (IsSameName(name, "key")) return &map->key;
  return IsSameName(name, "value") ? &map->value : nullptr;
}

// One name further; false: it is not there.
bool Step(FieldPlace& at, const StructType& root, const std::string& name) {
  if (const StructType* fields = at.Fields(root)) {
    const StructField* field = fields->Find(name);
    if (field == nullptr) return false;
    at.field = field;
    at.type = &field->type;
    at.inner = 0;
    at.path.push_back(field->name);
    return true;
  }
  const DataType* inside = Inside(*at.type, name);
  if (inside == nullptr) return false;
  at.type = inside;
  ++at.inner;
  std::string spelled = name;
  std::ranges::transform(spelled, spelled.begin(), Lower);
  at.path.push_back(std::move(spelled));
  return true;
}

}  // namespace

std::string PathText(const FieldPath& path) {
  return ColumnListText({path});
}

FieldPath ParentOf(const FieldPath& path) {
  return {path.begin(), path.end() - 1};
}

bool IsSameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

const StructType* FieldPlace::Fields(const StructType& root) const {
  return type == nullptr ? &root : type->AsStruct();
}

FieldPlace Follow(const StructType& root, std::span<const std::string> path) {
  FieldPlace at;
  for (const std::string& name : path) {
    if (!Step(at, root, name)) break;
  }
  return at;
}

DataType WithChanged(const DataType& type, std::span<const std::string> path,
                     const TypeChange& change) {
  if (path.empty()) return change(type);
  const auto rest = path.subspan(1);
  if (const ArrayType* array = type.AsArray()) {
    return DataType(ArrayType{WithChanged(array->element, rest, change), array->contains_null});
  }
  if (const MapType* map = type.AsMap()) {
    const bool is_key = path[0] == "key";
    DataType key = is_key ? WithChanged(map->key, rest, change) : map->key;
    DataType value = is_key ? map->value : WithChanged(map->value, rest, change);
    return DataType(MapType{std::move(key), std::move(value), map->value_contains_null});
  }
  StructType fields = *type.AsStruct();
  StructField& field = fields.fields.at(fields.IndexOf(path[0]).value());
  field.type = WithChanged(field.type, rest, change);
  return DataType(std::move(fields));
}

void ChangeFields(StructType& root, std::span<const std::string> path, const FieldsChange& change) {
  if (path.empty()) return change(root);
  StructField& field = root.fields.at(root.IndexOf(path[0]).value());
  field.type = WithChanged(field.type, path.subspan(1), [&](const DataType& type) {
    StructType fields = *type.AsStruct();
    change(fields);
    return DataType(std::move(fields));
  });
}

void ChangeField(StructType& root, const FieldPath& path, const FieldChange& change) {
  ChangeFields(root, std::span(path).first(path.size() - 1), [&](StructType& fields) {
    change(fields.fields.at(fields.IndexOf(path.back()).value()));
  });
}

}  // namespace laguna::delta
