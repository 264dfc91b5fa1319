// SPDX-License-Identifier: Apache-2.0
#include "delta/column_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "delta/codec/json_text.h"
#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr const char* kIdKey = "delta.columnMapping.id";
constexpr const char* kPhysicalNameKey = "delta.columnMapping.physicalName";
constexpr const char* kMode = "delta.columnMapping.mode";
constexpr const char* kMaxColumnId = "delta.columnMapping.maxColumnId";

bool IsMapping(const MetadataEntry& entry) {
  return entry.key == kIdKey || entry.key == kPhysicalNameKey;
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

// Names one field after the other, fathers before their children, as Spark numbers them.
class Mapper {
 public:
  Mapper(int64_t max_id, base::Random& random) : max_id_(max_id), random_(random) {}

  // Fields that `before` holds too keep the names they have in files; null: no file has any.
  void Map(StructType& type, const StructType* before) {
    for (StructField& field : type.fields) {
      const StructField* old = before == nullptr ? nullptr : before->Find(field.name);
      Map(field, old);
      field.type = Mapped(field.type, old == nullptr ? nullptr : &old->type);
    }
  }

  [[nodiscard]] int64_t max_id() const { return max_id_; }

 private:
  void Map(StructField& field, const StructField* before) {
    const auto old_id = before == nullptr ? std::nullopt : before->FieldId();
    if (!field.FieldId()) {
      field.metadata.push_back({kIdKey, std::to_string(old_id ? *old_id : ++max_id_)});
    }
    if (field.FindMetadata(kPhysicalNameKey) != nullptr) return;
    field.metadata.push_back(
        {kPhysicalNameKey, JsonString(before == nullptr ? "col-" + base::MakeUuid(random_)
                                                        : before->PhysicalName())});
  }

  DataType Mapped(const DataType& type, const DataType* before) {
    if (const ArrayType* array = type.AsArray()) {
      const ArrayType* old = before == nullptr ? nullptr : before->AsArray();
      return DataType(ArrayType{Mapped(array->element, old == nullptr ? nullptr : &old->element),
                                array->contains_null});
    }
    if (const MapType* map = type.AsMap()) {
      const MapType* old = before == nullptr ? nullptr : before->AsMap();
      DataType key = Mapped(map->key, old == nullptr ? nullptr : &old->key);
      DataType value = Mapped(map->value, old == nullptr ? nullptr : &old->value);
      return DataType(MapType{std::move(key), std::move(value), map->value_contains_null});
    }
    if (const StructType* fields = type.AsStruct()) {
      StructType mapped = *fields;
      Map(mapped, before == nullptr ? nullptr : before->AsStruct());
      return DataType(std::move(mapped));
    }
    return type;
  }

  int64_t max_id_;
  base::Random& random_;
};

// The fields of `before` that a table made in its place goes on with: those whose type did not
// become another. Files of both versions are read alike by them.
StructType Lasting(const StructType& before, const StructType& after);

bool Lasts(const DataType& before, const DataType& after) {
  if (before.AsStruct() != nullptr) return after.AsStruct() != nullptr;
  if (const ArrayType* array = before.AsArray()) {
    return after.AsArray() != nullptr && Lasts(array->element, after.AsArray()->element);
  }
  if (const MapType* map = before.AsMap()) {
    return after.AsMap() != nullptr && Lasts(map->key, after.AsMap()->key) &&
           Lasts(map->value, after.AsMap()->value);
  }
  return before == after;
}

DataType Lasting(const DataType& before, const DataType& after) {
  if (const ArrayType* array = before.AsArray()) {
    return DataType(
        ArrayType{Lasting(array->element, after.AsArray()->element), array->contains_null});
  }
  if (const MapType* map = before.AsMap()) {
    return DataType(MapType{Lasting(map->key, after.AsMap()->key),
                            Lasting(map->value, after.AsMap()->value), map->value_contains_null});
  }
  const StructType* fields = before.AsStruct();
  return fields == nullptr ? before : DataType(Lasting(*fields, *after.AsStruct()));
}

StructType Lasting(const StructType& before, const StructType& after) {
  StructType lasting;
  for (const StructField& field : before.fields) {
    const StructField* now = after.Find(field.name);
    if (now == nullptr || !Lasts(field.type, now->type)) continue;
    lasting.fields.push_back(field);
    lasting.fields.back().type = Lasting(field.type, now->type);
  }
  return lasting;
}

int64_t MaxId(const StructType& type);

int64_t MaxId(const DataType& type) {
  if (const ArrayType* array = type.AsArray()) return MaxId(array->element);
  if (const MapType* map = type.AsMap()) return std::max(MaxId(map->key), MaxId(map->value));
  const StructType* fields = type.AsStruct();
  return fields == nullptr ? 0 : MaxId(*fields);
}

int64_t MaxId(const StructType& type) {
  int64_t highest = 0;
  for (const StructField& field : type.fields) {
    highest = std::max({highest, int64_t{field.FieldId().value_or(0)}, MaxId(field.type)});
  }
  return highest;
}

std::string_view NameOf(ColumnMapping mode) {
  if (mode == ColumnMapping::kId) return "id";
  return mode == ColumnMapping::kName ? "name" : "none";
}

// The files of a table say by what their columns are found: only names can become physical names.
void CheckChange(ColumnMapping before, ColumnMapping after) {
  const bool maps_anew = before == ColumnMapping::kNone && after == ColumnMapping::kName;
  if (before == after || maps_anew) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.column_mapping_mode",
                    fmt::format("The property {} of a table cannot change from '{}' to '{}': its "
                                "files would no longer fit.",
                                kMode, NameOf(before), NameOf(after)))
      .Hint(
          "Only 'none' may become 'name'. CREATE OR REPLACE TABLE ... AS SELECT makes the table "
          "anew in any mode.");
}

}  // namespace

ColumnMapping ColumnMappingOf(const Metadata& metadata) {
  const auto found = metadata.configuration.find(kMode);
  if (found == metadata.configuration.end()) return ColumnMapping::kNone;
  const std::string mode = LowerAscii(found->second);
  if (mode == "none") return ColumnMapping::kNone;
  return mode == "id" ? ColumnMapping::kId : ColumnMapping::kName;
}

void DropUnusedMapping(Metadata& metadata) {
  if (ColumnMappingOf(metadata) != ColumnMapping::kNone || !HasMapping(metadata.schema)) return;
  metadata.schema = WithoutMapping(std::move(metadata.schema));
}

void MapColumns(Metadata& metadata, const Metadata* before, base::Random& random) {
  const ColumnMapping mode = ColumnMappingOf(metadata);
  if (before != nullptr) CheckChange(ColumnMappingOf(*before), mode);
  if (mode == ColumnMapping::kNone) return;
  const bool has_names = before != nullptr && ColumnMappingOf(*before) == ColumnMapping::kNone;
  const int64_t taken = IntegerProperty(metadata.configuration, kMaxColumnId, 0);
  Mapper mapper(std::max(taken, MaxId(metadata.schema)), random);
  mapper.Map(metadata.schema, has_names ? &before->schema : nullptr);
  metadata.configuration[kMaxColumnId] = std::to_string(mapper.max_id());
}

void MapNewColumns(Metadata& metadata, const Metadata* replaced, base::Random& random) {
  const ColumnMapping mode = ColumnMappingOf(metadata);
  if (mode == ColumnMapping::kNone) return;
  if (replaced == nullptr || ColumnMappingOf(*replaced) != mode) {
    MapColumns(metadata, nullptr, random);
    return;
  }
  const StructType lasting = Lasting(replaced->schema, metadata.schema);
  Mapper mapper(
      std::max(IntegerProperty(replaced->configuration, kMaxColumnId, 0), MaxId(replaced->schema)),
      random);
  mapper.Map(metadata.schema, &lasting);
  metadata.configuration[kMaxColumnId] = std::to_string(mapper.max_id());
}

}  // namespace laguna::delta
