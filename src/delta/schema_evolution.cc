// SPDX-License-Identifier: Apache-2.0
#include "delta/schema_evolution.h"

#include <string>
#include <utility>

#include "delta/properties.h"
#include "delta/text_limit.h"
#include "delta/type_widening.h"

namespace laguna::delta {
namespace {

class Evolution {
 public:
  explicit Evolution(bool widening) : widening_(widening) {}

  void Evolve(StructType& table, const StructType& rows) {
    for (const StructField& given : rows.fields) {
      const auto at = table.IndexOf(given.name);
      if (at) {
        Evolve(table.fields[*at], given.type);
      } else {
        table.fields.push_back({given.name, given.type, true, {}});
        changed_ = true;
      }
    }
  }

  [[nodiscard]] bool changed() const { return changed_; }

 private:
  void Evolve(StructField& field, const DataType& given) {
    field.type = Evolved(field, field.type, given, "");
  }

  // `path` leads from the field to the type: "element.key".
  DataType Evolved(StructField& field, const DataType& type, const DataType& given,
                   const std::string& path) {
    if (const StructType* fields = type.AsStruct(), *other = given.AsStruct(); fields && other) {
      StructType evolved = *fields;
      Evolve(evolved, *other);
      return DataType(std::move(evolved));
    }
    if (const ArrayType* array = type.AsArray(), *other = given.AsArray(); array && other) {
      DataType element = Evolved(field, array->element, other->element, Below(path, "element"));
      return DataType(ArrayType{std::move(element), array->contains_null});
    }
    if (const MapType* map = type.AsMap(), *other = given.AsMap(); map && other) {
      DataType key = Evolved(field, map->key, other->key, Below(path, "key"));
      DataType value = Evolved(field, map->value, other->value, Below(path, "value"));
      return DataType(MapType{std::move(key), std::move(value), map->value_contains_null});
    }
    if (!widening_ || !WidensByItself(type, given)) return type;
    NoteTypeChange(field, type, given, path);
    changed_ = true;
    return given;
  }

  static std::string Below(const std::string& path, const char* part) {
    return path.empty() ? part : path + "." + part;
  }

  const bool widening_;
  bool changed_ = false;
};

}  // namespace

bool EvolveSchema(Metadata& metadata, const Schema& rows) {
  Evolution evolution(BooleanProperty(metadata.configuration, "delta.enableTypeWidening", false));
  evolution.Evolve(metadata.schema, rows);
  if (!evolution.changed()) return false;
  for (StructField& column : metadata.schema.fields) RestateTextLimits(column);
  return true;
}

}  // namespace laguna::delta
