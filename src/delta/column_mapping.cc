// SPDX-License-Identifier: Apache-2.0
#include "delta/column_mapping.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace laguna::delta {
namespace {

bool IsMapping(const MetadataEntry& entry) {
  return entry.key == "delta.columnMapping.id" || entry.key == "delta.columnMapping.physicalName";
}

bool HasMapping(const DataType& type);

bool HasMapping(const StructType& type) {
  return std::any_of(type.fields.begin(), type.fields.end(), [](const StructField& field) {
    return std::any_of(field.metadata.begin(), field.metadata.end(), IsMapping) ||
           HasMapping(field.type);
  });
}

bool HasMapping(const DataType& type) {
  if (const ArrayType* array = type.AsArray()) return HasMapping(array->element);
  if (const MapType* map = type.AsMap()) return HasMapping(map->key) || HasMapping(map->value);
  const StructType* fields = type.AsStruct();
  return fields != nullptr && HasMapping(*fields);
}

DataType WithoutMapping(const DataType& type);

StructType WithoutMapping(StructType type) {
  for (StructField& field : type.fields) {
    std::erase_if(field.metadata, IsMapping);
    field.type = WithoutMapping(field.type);
  }
  return type;
}

DataType WithoutMapping(const DataType& type) {
  if (const ArrayType* array = type.AsArray()) {
    return DataType(ArrayType{WithoutMapping(array->element), array->contains_null});
  }
  if (const MapType* map = type.AsMap()) {
    return DataType(
        MapType{WithoutMapping(map->key), WithoutMapping(map->value), map->value_contains_null});
  }
  const StructType* fields = type.AsStruct();
  return fields == nullptr ? type : DataType(WithoutMapping(*fields));
}

}  // namespace

ColumnMapping ColumnMappingOf(const Metadata& metadata) {
  const auto mode = metadata.configuration.find("delta.columnMapping.mode");
  if (mode == metadata.configuration.end() || mode->second == "none") return ColumnMapping::kNone;
  return mode->second == "id" ? ColumnMapping::kId : ColumnMapping::kName;
}

void DropUnusedMapping(Metadata& metadata) {
  if (ColumnMappingOf(metadata) != ColumnMapping::kNone || !HasMapping(metadata.schema)) return;
  metadata.schema = WithoutMapping(std::move(metadata.schema));
}

}  // namespace laguna::delta
