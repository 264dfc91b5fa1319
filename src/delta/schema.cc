// SPDX-License-Identifier: Apache-2.0
#include "delta/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "base/error.h"
#include "delta/codec/json_text.h"
#include "delta/codec/schema_json.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kPhysicalNameKey = "delta.columnMapping.physicalName";
constexpr std::string_view kFieldIdKey = "delta.columnMapping.id";
constexpr std::string_view kNamesRefused = " ,;{}()\n\t=";

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerAscii);
  return lower;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

// Spark SQL's names, in the order of the enum.
constexpr std::array<std::string_view, 14> kSqlNames = {
    "string",  "bigint", "int",  "smallint",  "tinyint",       "float",   "double",
    "boolean", "binary", "date", "timestamp", "timestamp_ntz", "variant", "void"};

std::string StructToString(const StructType& type) {
  std::string text = "struct<";
  for (const StructField& field : type.fields) {
    if (text.back() != '<') text += ',';
    text += field.name + ":" + field.type.ToString();
  }
  return text + ">";
}

template <typename Pointer>
bool PointeesEqual(const Pointer& a, const Pointer& b) {
  return a == b || *a == *b;
}

void CheckName(const std::string& name, const std::string& path, bool column_mapping) {
  if (name.empty()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "schema.empty_name",
                      path.empty() ? "A column has an empty name."
                                   : fmt::format("A field of {} has an empty name.", path))
        .Hint("Give every column a name.");
  }
  size_t refused = name.find_first_of(kNamesRefused);
  if (column_mapping || refused == std::string::npos) return;
  throw base::Error(
      base::ErrorKind::kInvalidInput, "schema.column_name",
      fmt::format("The column name \"{}\" contains '{}', which tables without column mapping "
                  "cannot have.",
                  name, name[refused] == '\n' ? "\\n" : std::string(1, name[refused])))
      .Hint("Rename the column with AS; avoid the characters \" ,;{}()=\", tabs and line ends.")
      .With("column", path.empty() ? name : path + "." + name);
}

// What a check takes along on its way down.
struct Checking {
  bool column_mapping = false;
  int lists = 0;
};

[[noreturn]] void TooManyLists(const std::string& path) {
  const std::string column = path.substr(0, path.find('.'));
  throw base::Error(
      base::ErrorKind::kUnsupported, "schema.nesting",
      fmt::format("The column {} has more than {} arrays and maps one inside the other, which "
                  "Laguna does not keep.",
                  column, kNestedListsMax))
      .Hint("Keep it as JSON text, or flatten it with unnest().")
      .With("column", column);
}

void CheckType(const DataType& type, const std::string& path, Checking checking);

void CheckFields(const StructType& type, const std::string& path, Checking checking) {
  std::set<std::string> seen;
  for (const StructField& field : type.fields) {
    CheckName(field.name, path, checking.column_mapping);
    std::string full = path.empty() ? field.name : path + "." + field.name;
    if (!seen.insert(Lower(field.name)).second) {
      throw base::Error(base::ErrorKind::kInvalidInput, "schema.duplicate_column",
                        fmt::format("The column {} is there twice; names differ by more than "
                                    "case in a Delta table.",
                                    full))
          .Hint("Rename one of them with AS.")
          .With("column", full);
    }
    CheckType(field.type, full, checking);
  }
}

void CheckType(const DataType& type, const std::string& path, Checking checking) {
  if (const StructType* fields = type.AsStruct()) return CheckFields(*fields, path, checking);
  const ArrayType* array = type.AsArray();
  const MapType* map = type.AsMap();
  if (array == nullptr && map == nullptr) return;
  if (++checking.lists > kNestedListsMax) TooManyLists(path);
  if (array != nullptr) CheckType(array->element, path + ".element", checking);
  if (map != nullptr) {
    CheckType(map->key, path + ".key", checking);
    CheckType(map->value, path + ".value", checking);
  }
}

}  // namespace

DataType::DataType(ArrayType array)
    : alternatives_(std::make_shared<const ArrayType>(std::move(array))) {}
DataType::DataType(MapType map) : alternatives_(std::make_shared<const MapType>(std::move(map))) {}
DataType::DataType(StructType fields)
    : alternatives_(std::make_shared<const StructType>(std::move(fields))) {}

const ArrayType* DataType::AsArray() const {
  const auto* held = std::get_if<std::shared_ptr<const ArrayType>>(&alternatives_);
  return held == nullptr ? nullptr : held->get();
}

const MapType* DataType::AsMap() const {
  const auto* held = std::get_if<std::shared_ptr<const MapType>>(&alternatives_);
  return held == nullptr ? nullptr : held->get();
}

const StructType* DataType::AsStruct() const {
  const auto* held = std::get_if<std::shared_ptr<const StructType>>(&alternatives_);
  return held == nullptr ? nullptr : held->get();
}

bool DataType::Is(Primitive primitive) const {
  const Primitive* held = AsPrimitive();
  return held != nullptr && *held == primitive;
}

std::string DataType::ToString() const {
  if (const Primitive* primitive = AsPrimitive()) {
    return std::string(kSqlNames.at(static_cast<size_t>(*primitive)));
  }
  if (const Decimal* decimal = AsDecimal()) {
    return fmt::format("decimal({},{})", decimal->precision, decimal->scale);
  }
  if (const ArrayType* array = AsArray()) return "array<" + array->element.ToString() + ">";
  if (const MapType* map = AsMap()) {
    return "map<" + map->key.ToString() + "," + map->value.ToString() + ">";
  }
  return StructToString(*AsStruct());
}

bool DataType::operator==(const DataType& other) const {
  if (alternatives_.index() != other.alternatives_.index()) return false;
  return std::visit(
      [&other](const auto& mine) {
        const auto& theirs = std::get<std::decay_t<decltype(mine)>>(other.alternatives_);
        if constexpr (requires { *mine; })
          return PointeesEqual(mine, theirs);
        else
          return mine == theirs;
      },
      alternatives_);
}

const std::string* StructField::FindMetadata(std::string_view key) const {
  for (const MetadataEntry& entry : metadata) {
    if (entry.key == key) return &entry.json;
  }
  return nullptr;
}

std::string StructField::PhysicalName() const {
  const std::string* json = FindMetadata(kPhysicalNameKey);
  if (json == nullptr) return name;
  return DecodeJsonString(*json).value_or(name);
}

std::optional<int32_t> StructField::FieldId() const {
  const std::string* json = FindMetadata(kFieldIdKey);
  if (json == nullptr) return std::nullopt;
  std::optional<int64_t> id = DecodeJsonInteger(*json);
  if (!id || *id < 0 || *id > std::numeric_limits<int32_t>::max()) return std::nullopt;
  return static_cast<int32_t>(*id);
}

std::string StructField::Comment() const {
  const std::string* json = FindMetadata("comment");
  return json == nullptr ? "" : DecodeJsonString(*json).value_or("");
}

std::optional<size_t> StructType::IndexOf(std::string_view name) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (EqualsIgnoringCase(fields[i].name, name)) return i;
  }
  return std::nullopt;
}

const StructField* StructType::Find(std::string_view name) const {
  std::optional<size_t> index = IndexOf(name);
  return index ? &fields[*index] : nullptr;
}

void CheckSchema(const Schema& schema, bool column_mapping) {
  CheckFields(schema, "", {column_mapping, 0});
}

bool ContainsTimestampNtz(const DataType& type) {
  if (const ArrayType* array = type.AsArray()) return ContainsTimestampNtz(array->element);
  if (const MapType* map = type.AsMap()) {
    return ContainsTimestampNtz(map->key) || ContainsTimestampNtz(map->value);
  }
  if (const StructType* fields = type.AsStruct()) {
    return std::any_of(fields->fields.begin(), fields->fields.end(),
                       [](const StructField& field) { return ContainsTimestampNtz(field.type); });
  }
  return type.Is(Primitive::kTimestampNtz);
}

}  // namespace laguna::delta
