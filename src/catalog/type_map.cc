// SPDX-License-Identifier: Apache-2.0
#include "catalog/type_map.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

LogicalType PrimitiveToDuckdb(delta::Primitive primitive) {
  switch (primitive) {
    case delta::Primitive::kString:
      return LogicalType::VARCHAR;
    case delta::Primitive::kLong:
      return LogicalType::BIGINT;
    case delta::Primitive::kInteger:
      return LogicalType::INTEGER;
    case delta::Primitive::kShort:
      return LogicalType::SMALLINT;
    case delta::Primitive::kByte:
      return LogicalType::TINYINT;
    case delta::Primitive::kFloat:
      return LogicalType::FLOAT;
    case delta::Primitive::kDouble:
      return LogicalType::DOUBLE;
    case delta::Primitive::kBoolean:
      return LogicalType::BOOLEAN;
    case delta::Primitive::kBinary:
      return LogicalType::BLOB;
    case delta::Primitive::kDate:
      return LogicalType::DATE;
    case delta::Primitive::kTimestamp:
      return LogicalType::TIMESTAMP_TZ;
    case delta::Primitive::kTimestampNtz:
      return LogicalType::TIMESTAMP;
    case delta::Primitive::kVoid:
      return LogicalType::SQLNULL;
    case delta::Primitive::kVariant:
      return LogicalType::VARIANT();
  }
  return LogicalType::SQLNULL;
}

LogicalType StructToDuckdb(const delta::StructType& type, std::string_view column) {
  duckdb::child_list_t<LogicalType> children;
  for (const auto& field : type.fields) {
    children.emplace_back(field.name,
                          ToDuckdb(field.type, fmt::format("{}.{}", column, field.name)));
  }
  return LogicalType::STRUCT(std::move(children));
}

base::Error CannotStore(const LogicalType& type, std::string_view column, std::string_view target) {
  return base::Error(base::ErrorKind::kUnsupported, "catalog.unsupported_type",
                     fmt::format("Column \"{}\" is of type {}, which a Delta table cannot store.",
                                 column, type.ToString()))
      .Hint(fmt::format("Write CAST({} AS {}).", column, target))
      .With("column", std::string(column))
      .With("type", type.ToString());
}

delta::DataType StructToDelta(const LogicalType& type, std::string_view column) {
  delta::StructType result;
  for (const auto& [name, child] : duckdb::StructType::GetChildTypes(type)) {
    if (name.empty()) {
      throw base::Error(
          base::ErrorKind::kUnsupported, "catalog.unsupported_type",
          fmt::format(
              "Column \"{}\" is a row without field names, which a Delta table cannot store.",
              column))
          .Hint("Name the fields: {'a': 1, 'b': 2} or struct_pack(a := 1, b := 2).")
          .With("column", std::string(column));
    }
    result.fields.push_back(
        {.name = name, .type = ToDelta(child, fmt::format("{}.{}", column, name)), .metadata = {}});
  }
  return delta::DataType(std::move(result));
}

delta::DataType NestedToDelta(const LogicalType& type, std::string_view column) {
  switch (type.id()) {
    case LogicalTypeId::LIST:
      return delta::DataType(
          delta::ArrayType{.element = ToDelta(duckdb::ListType::GetChildType(type), column)});
    case LogicalTypeId::ARRAY:
      return delta::DataType(
          delta::ArrayType{.element = ToDelta(duckdb::ArrayType::GetChildType(type), column)});
    case LogicalTypeId::MAP:
      return delta::DataType(
          delta::MapType{.key = ToDelta(duckdb::MapType::KeyType(type), column),
                         .value = ToDelta(duckdb::MapType::ValueType(type), column)});
    default:
      return StructToDelta(type, column);
  }
}

// What to cast a type to that Delta does not have.
std::string_view NearestStorableType(LogicalTypeId id) {
  switch (id) {
    case LogicalTypeId::TIMESTAMP_NS:
      return "TIMESTAMP";
    case LogicalTypeId::BIGNUM:
    case LogicalTypeId::UHUGEINT:
      return "DECIMAL(38,0)";
    case LogicalTypeId::GEOMETRY:
      return "BLOB";
    default:
      return "VARCHAR";
  }
}

}  // namespace

LogicalType ToDuckdb(const delta::DataType& type, std::string_view column) {
  if (const auto* primitive = type.AsPrimitive()) return PrimitiveToDuckdb(*primitive);
  if (const auto* decimal = type.AsDecimal()) {
    return LogicalType::DECIMAL(static_cast<uint8_t>(decimal->precision),
                                static_cast<uint8_t>(decimal->scale));
  }
  if (const auto* array = type.AsArray()) {
    return LogicalType::LIST(ToDuckdb(array->element, column));
  }
  if (const auto* map = type.AsMap()) {
    return LogicalType::MAP(ToDuckdb(map->key, column), ToDuckdb(map->value, column));
  }
  return StructToDuckdb(*type.AsStruct(), column);
}

delta::DataType ToDelta(const LogicalType& type, std::string_view column) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
      return delta::Primitive::kBoolean;
    case LogicalTypeId::TINYINT:
      return delta::Primitive::kByte;
    case LogicalTypeId::UTINYINT:
    case LogicalTypeId::SMALLINT:
      return delta::Primitive::kShort;
    case LogicalTypeId::USMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::SQLNULL:  // As DuckDB itself stores an untyped NULL.
      return delta::Primitive::kInteger;
    case LogicalTypeId::UINTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::HUGEINT:  // Checked when written.
      return delta::Primitive::kLong;
    case LogicalTypeId::UBIGINT:
      return delta::Decimal{.precision = 20, .scale = 0};
    case LogicalTypeId::FLOAT:
      return delta::Primitive::kFloat;
    case LogicalTypeId::DOUBLE:
      return delta::Primitive::kDouble;
    case LogicalTypeId::DECIMAL:
      return delta::Decimal{.precision = duckdb::DecimalType::GetWidth(type),
                            .scale = duckdb::DecimalType::GetScale(type)};
    case LogicalTypeId::VARCHAR:  // JSON too: an alias of VARCHAR.
    case LogicalTypeId::UUID:
    case LogicalTypeId::ENUM:
      return delta::Primitive::kString;
    case LogicalTypeId::BLOB:
      return delta::Primitive::kBinary;
    case LogicalTypeId::DATE:
      return delta::Primitive::kDate;
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
      return delta::Primitive::kTimestampNtz;
    case LogicalTypeId::TIMESTAMP_TZ:
      return delta::Primitive::kTimestamp;
    case LogicalTypeId::LIST:
    case LogicalTypeId::ARRAY:
    case LogicalTypeId::MAP:
    case LogicalTypeId::STRUCT:
      return NestedToDelta(type, column);
    default:
      throw CannotStore(type, column, NearestStorableType(type.id()));
  }
}

}  // namespace laguna::catalog
