// SPDX-License-Identifier: Apache-2.0
// Delta schemas as values (protocol section "Schema Serialization Format").
//
// A field has a logical name (what users write) and a physical one (what data files, partition
// values and statistics use); they differ only under column mapping. Both, the field id and the raw
// metadata travel together from the first day. DataType is an immutable, cheaply copied value;
// nested types are shared. Thread-safe as all values are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laguna::delta {

enum class Primitive {
  kString,
  kLong,
  kInteger,
  kShort,
  kByte,
  kFloat,
  kDouble,
  kBoolean,
  kBinary,
  kDate,
  kTimestamp,     // an instant, microseconds, UTC
  kTimestampNtz,  // wall-clock time, microseconds; needs the feature timestampNtz
  kVariant,
  kVoid,
};

struct Decimal {
  int precision = 10;
  int scale = 0;
  bool operator==(const Decimal&) const = default;
};

struct ArrayType;
struct MapType;
struct StructType;

class DataType {
 public:
  using Alternatives =
      std::variant<Primitive, Decimal, std::shared_ptr<const ArrayType>,
                   std::shared_ptr<const MapType>, std::shared_ptr<const StructType>>;

  DataType() : alternatives_(Primitive::kVoid) {}
  DataType(Primitive primitive)
      : alternatives_(primitive) {}                      // NOLINT(google-explicit-constructor)
  DataType(Decimal decimal) : alternatives_(decimal) {}  // NOLINT(google-explicit-constructor)
  explicit DataType(ArrayType array);
  explicit DataType(MapType map);
  explicit DataType(StructType fields);

  [[nodiscard]] const Alternatives& alternatives() const { return alternatives_; }
  // Null unless the type is of that sort; valid as long as this DataType.
  [[nodiscard]] const Primitive* AsPrimitive() const {
    return std::get_if<Primitive>(&alternatives_);
  }
  [[nodiscard]] const Decimal* AsDecimal() const { return std::get_if<Decimal>(&alternatives_); }
  [[nodiscard]] const ArrayType* AsArray() const;
  [[nodiscard]] const MapType* AsMap() const;
  [[nodiscard]] const StructType* AsStruct() const;
  [[nodiscard]] bool Is(Primitive primitive) const;

  // Spark's spelling: "bigint", "decimal(10,2)", "array<string>", "struct<a:int,b:string>"; for
  // messages and DESCRIBE.
  [[nodiscard]] std::string ToString() const;
  // Deep equality: names, nullability and metadata of nested fields included.
  bool operator==(const DataType& other) const;

 private:
  Alternatives alternatives_;
};

// One entry of a field's `metadata` object; `json` is the value as JSON text ("\"a string\"", "7",
// "{...}").
struct MetadataEntry {
  std::string key;
  std::string json;
  bool operator==(const MetadataEntry&) const = default;
};

struct StructField {
  std::string name;
  DataType type;
  bool nullable = true;
  // As in the log and in its order, the delta.columnMapping.* entries included; written back
  // untouched.
  std::vector<MetadataEntry> metadata;

  // delta.columnMapping.physicalName, else the name.
  [[nodiscard]] std::string PhysicalName() const;
  // delta.columnMapping.id, where there is one.
  [[nodiscard]] std::optional<int32_t> FieldId() const;
  // The `comment` metadata entry, decoded; empty where there is none.
  [[nodiscard]] std::string Comment() const;
  [[nodiscard]] const std::string* FindMetadata(std::string_view key) const;
  bool operator==(const StructField&) const = default;
};

struct StructType {
  std::vector<StructField> fields;
  // Logical names match without regard to case, as in Spark. Null when there is none.
  [[nodiscard]] const StructField* Find(std::string_view name) const;
  [[nodiscard]] std::optional<size_t> IndexOf(std::string_view name) const;
  bool operator==(const StructType&) const = default;
};

struct ArrayType {
  DataType element;
  bool contains_null = true;
  bool operator==(const ArrayType&) const = default;
};

struct MapType {
  DataType key;
  DataType value;
  bool value_contains_null = true;
  bool operator==(const MapType&) const = default;
};

using Schema = StructType;

// Throws InvalidInput for duplicate names (without regard to case), empty names and, without column
// mapping, the characters " ,;{}()\n\t=" that Parquet writers of the field refuse.
void CheckSchema(const Schema& schema, bool column_mapping);
// True when a timestampNtz stands anywhere in the type.
bool ContainsTimestampNtz(const DataType& type);

}  // namespace laguna::delta
