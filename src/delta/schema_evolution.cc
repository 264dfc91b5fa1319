// SPDX-License-Identifier: Apache-2.0
#include "delta/schema_evolution.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr const char* kTypeChanges = "delta.typeChanges";

// The rank of a type among those that widen into each other; nothing for others.
std::optional<int> RankOf(const DataType& type, std::initializer_list<Primitive> widening) {
  int rank = 0;
  for (const Primitive primitive : widening) {
    if (type.Is(primitive)) return rank;
    ++rank;
  }
  return std::nullopt;
}

bool WidensAlong(const DataType& from, const DataType& to,
                 std::initializer_list<Primitive> widening) {
  const auto narrow = RankOf(from, widening);
  const auto wide = RankOf(to, widening);
  return narrow && wide && *narrow < *wide;
}

bool Widens(const DataType& from, const DataType& to) {
  if (const Decimal* narrow = from.AsDecimal(), *wide = to.AsDecimal(); narrow && wide) {
    const bool holds_all = wide->scale >= narrow->scale &&
                           wide->precision - wide->scale >= narrow->precision - narrow->scale;
    return holds_all && !(*narrow == *wide);
  }
  return WidensAlong(
             from, to,
             {Primitive::kByte, Primitive::kShort, Primitive::kInteger, Primitive::kLong}) ||
         WidensAlong(from, to, {Primitive::kFloat, Primitive::kDouble});
}

// A type that widens, as the log has it.
std::string LogName(const DataType& type) {
  if (type.Is(Primitive::kByte)) return "byte";
  if (type.Is(Primitive::kShort)) return "short";
  if (type.Is(Primitive::kInteger)) return "integer";
  if (type.Is(Primitive::kLong)) return "long";
  // "float", "double", "decimal(10,2)": as SQL has them.
  return type.ToString();
}

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
    if (!widening_ || !Widens(type, given)) return type;
    NoteChange(field, type, given, path);
    changed_ = true;
    return given;
  }

  static std::string Below(const std::string& path, const char* part) {
    return path.empty() ? part : path + "." + part;
  }

  static void NoteChange(StructField& field, const DataType& from, const DataType& to,
                         const std::string& path) {
    nlohmann::json change = {{"fromType", LogName(from)}, {"toType", LogName(to)}};
    if (!path.empty()) change["fieldPath"] = path;
    for (MetadataEntry& entry : field.metadata) {
      if (entry.key != kTypeChanges) continue;
      nlohmann::json changes = nlohmann::json::parse(entry.json);
      changes.push_back(std::move(change));
      entry.json = changes.dump();
      return;
    }
    field.metadata.push_back({kTypeChanges, nlohmann::json::array({change}).dump()});
  }

  const bool widening_;
  bool changed_ = false;
};

}  // namespace

bool EvolveSchema(Metadata& metadata, const Schema& rows) {
  Evolution evolution(BooleanProperty(metadata.configuration, "delta.enableTypeWidening", false));
  evolution.Evolve(metadata.schema, rows);
  return evolution.changed();
}

}  // namespace laguna::delta
