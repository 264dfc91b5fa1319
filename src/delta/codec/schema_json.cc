// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/schema_json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "delta/codec/json_text.h"

namespace laguna::delta {
namespace {

namespace dom = simdjson::dom;

// No real schema comes near; a hostile one must not exhaust the stack.
constexpr int kDepthMax = 200;

// How deep a type stands in the schema.
struct Depth {
  int types = 0;
  int lists = 0;
};

// The protocol's names, in the order of the enum.
constexpr std::array<std::string_view, 14> kTypeNames = {
    "string",  "long",   "integer", "short",     "byte",          "float",   "double",
    "boolean", "binary", "date",    "timestamp", "timestamp_ntz", "variant", "void"};

[[noreturn]] void Broken(std::string_view where, std::string_view expected) {
  throw base::Error(base::ErrorKind::kCorrupt, "delta.schema",
                    fmt::format("The table's schema is broken at {}: expected {}.",
                                where.empty() ? "its root" : where, expected));
}

std::optional<Decimal> ParseDecimal(std::string_view name) {
  Decimal decimal;
  if (name == "decimal") return decimal;
  if (!name.starts_with("decimal(") || !name.ends_with(")")) return std::nullopt;
  std::string digits;
  for (char c : name.substr(8, name.size() - 9)) {
    if (c != ' ') digits += c;
  }
  const char* end = digits.data() + digits.size();
  auto [comma, first_error] = std::from_chars(digits.data(), end, decimal.precision);
  if (first_error != std::errc() || comma == end || *comma != ',') return std::nullopt;
  auto [last, second_error] = std::from_chars(comma + 1, end, decimal.scale);
  if (second_error != std::errc() || last != end) return std::nullopt;
  bool valid = decimal.precision >= 1 && decimal.precision <= 38 && decimal.scale >= 0 &&
               decimal.scale <= decimal.precision;
  if (!valid) return std::nullopt;
  return decimal;
}

DataType ParseTypeName(std::string_view name, const std::string& where) {
  for (size_t i = 0; i < kTypeNames.size(); ++i) {
    if (name == kTypeNames[i]) return static_cast<Primitive>(i);
  }
  if (std::optional<Decimal> decimal = ParseDecimal(name)) return *decimal;
  throw base::Error(
      base::ErrorKind::kUnsupported, "delta.column_type",
      fmt::format("The column {} has the type \"{}\", which Laguna does not know.", where, name))
      .With("column", where)
      .With("type", std::string(name));
}

[[noreturn]] void TooManyLists(const std::string& where) {
  throw base::Error(
      base::ErrorKind::kUnsupported, "delta.nesting",
      fmt::format("The column {} has more than {} arrays and maps one inside the other, which "
                  "Laguna does not read.",
                  where.substr(0, where.find('.')), kNestedListsMax));
}

StructType ParseStruct(dom::object object, const std::string& where, Depth depth);
DataType ParseType(dom::element element, const std::string& where, Depth depth);

dom::element Member(dom::object object, std::string_view key, const std::string& where) {
  dom::element value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) {
    Broken(where, fmt::format("the key \"{}\"", key));
  }
  return value;
}

bool BooleanMember(dom::object object, std::string_view key, const std::string& where) {
  bool value = true;
  if (Member(object, key, where).get(value) != simdjson::SUCCESS) {
    Broken(where, fmt::format("true or false for \"{}\"", key));
  }
  return value;
}

DataType ParseNested(dom::object object, const std::string& where, Depth depth) {
  std::string_view kind;
  if (Member(object, "type", where).get(kind) != simdjson::SUCCESS) {
    Broken(where, "a string for \"type\"");
  }
  if (kind == "struct") return DataType(ParseStruct(object, where, depth));
  if (kind == "array" || kind == "map") ++depth.lists;
  if (depth.lists > kNestedListsMax) TooManyLists(where);
  if (kind == "array") {
    return DataType(
        ArrayType{ParseType(Member(object, "elementType", where), where + ".element", depth),
                  BooleanMember(object, "containsNull", where)});
  }
  if (kind == "map") {
    return DataType(MapType{ParseType(Member(object, "keyType", where), where + ".key", depth),
                            ParseType(Member(object, "valueType", where), where + ".value", depth),
                            BooleanMember(object, "valueContainsNull", where)});
  }
  return ParseTypeName(kind, where);
}

DataType ParseType(dom::element element, const std::string& where, Depth depth) {
  if (depth.types > kDepthMax) Broken(where, fmt::format("at most {} nested types", kDepthMax));
  std::string_view name;
  if (element.get(name) == simdjson::SUCCESS) return ParseTypeName(name, where);
  dom::object object;
  ++depth.types;
  if (element.get(object) == simdjson::SUCCESS) return ParseNested(object, where, depth);
  Broken(where, "a type name or a struct, array or map");
}

std::vector<MetadataEntry> ParseMetadata(dom::object field, const std::string& where) {
  std::vector<MetadataEntry> entries;
  dom::element element;
  if (field.at_key("metadata").get(element) != simdjson::SUCCESS || element.is_null())
    return entries;
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) Broken(where, "an object for \"metadata\"");
  for (auto [key, value] : object) {
    entries.push_back({std::string(key), simdjson::minify(value)});
  }
  return entries;
}

StructField ParseField(dom::element element, const std::string& parent, Depth depth) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) Broken(parent, "an object for each field");
  std::string_view name;
  if (Member(object, "name", parent).get(name) != simdjson::SUCCESS) {
    Broken(parent, "a string for the \"name\" of each field");
  }
  std::string where = parent.empty() ? std::string(name) : parent + "." + std::string(name);
  StructField field;
  field.name = name;
  field.type = ParseType(Member(object, "type", where), where, depth);
  field.nullable = BooleanMember(object, "nullable", where);
  field.metadata = ParseMetadata(object, where);
  return field;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string WithinStruct(const std::string& where, const std::string& name) {
  return where.empty() ? name : where + "." + name;
}

// Two fields that are one column to a reader of the table, or of its files, would give each other's
// values; both are compared as readers do, without regard to case.
void CheckDistinct(const StructType& type, const std::string& where) {
  std::map<std::string, const StructField*> names;
  std::map<std::string, const StructField*> physical_names;
  for (const StructField& field : type.fields) {
    auto [name, is_first] = names.emplace(Lower(field.name), &field);
    if (!is_first) {
      Broken(WithinStruct(where, field.name),
             fmt::format("names that differ by more than case, not {} and {}",
                         WithinStruct(where, name->second->name), WithinStruct(where, field.name)));
    }
    auto [physical, alone] = physical_names.emplace(Lower(field.PhysicalName()), &field);
    if (alone) continue;
    Broken(WithinStruct(where, field.name),
           fmt::format("a column of its own in the data files, but {} and {} are both \"{}\" there",
                       WithinStruct(where, physical->second->name), WithinStruct(where, field.name),
                       field.PhysicalName()));
  }
}

StructType ParseStruct(dom::object object, const std::string& where, Depth depth) {
  dom::array fields;
  if (Member(object, "fields", where).get(fields) != simdjson::SUCCESS) {
    Broken(where, "an array for \"fields\"");
  }
  StructType type;
  for (dom::element field : fields) type.fields.push_back(ParseField(field, where, depth));
  CheckDistinct(type, where);
  return type;
}

void AppendStruct(std::string& out, const StructType& type);

void AppendType(std::string& out, const DataType& type) {
  if (const Primitive* primitive = type.AsPrimitive()) {
    out += '"';
    out += kTypeNames.at(static_cast<size_t>(*primitive));
    out += '"';
  } else if (const Decimal* decimal = type.AsDecimal()) {
    out += fmt::format("\"decimal({},{})\"", decimal->precision, decimal->scale);
  } else if (const ArrayType* array = type.AsArray()) {
    out += "{\"type\":\"array\",\"elementType\":";
    AppendType(out, array->element);
    out += array->contains_null ? ",\"containsNull\":true}" : ",\"containsNull\":false}";
  } else if (const MapType* map = type.AsMap()) {
    out += "{\"type\":\"map\",\"keyType\":";
    AppendType(out, map->key);
    out += ",\"valueType\":";
    AppendType(out, map->value);
    out +=
        map->value_contains_null ? ",\"valueContainsNull\":true}" : ",\"valueContainsNull\":false}";
  } else {
    AppendStruct(out, *type.AsStruct());
  }
}

void AppendField(std::string& out, const StructField& field) {
  out += "{\"name\":";
  AppendJsonString(out, field.name);
  out += ",\"type\":";
  AppendType(out, field.type);
  out +=
      field.nullable ? ",\"nullable\":true,\"metadata\":{" : ",\"nullable\":false,\"metadata\":{";
  for (const MetadataEntry& entry : field.metadata) {
    if (out.back() != '{') out += ',';
    AppendJsonString(out, entry.key);
    out += ':';
    out += entry.json;
  }
  out += "}}";
}

void AppendStruct(std::string& out, const StructType& type) {
  out += "{\"type\":\"struct\",\"fields\":[";
  for (const StructField& field : type.fields) {
    if (out.back() != '[') out += ',';
    AppendField(out, field);
  }
  out += "]}";
}

}  // namespace

Schema ParseSchema(std::string_view json) {
  dom::parser parser;
  dom::element root;
  auto error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    Broken("", fmt::format("JSON ({})", simdjson::error_message(error)));
  }
  dom::object object;
  std::string_view kind;
  bool is_struct = root.get(object) == simdjson::SUCCESS &&
                   object.at_key("type").get(kind) == simdjson::SUCCESS && kind == "struct";
  if (!is_struct) Broken("", "an object of the type \"struct\"");
  return ParseStruct(object, "", {});
}

std::string WriteSchema(const Schema& schema) {
  std::string out;
  AppendStruct(out, schema);
  return out;
}

}  // namespace laguna::delta
