// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/field_mismatch.h"

#include <fmt/format.h>

#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::StructType;

const LogicalType* FindStructField(const LogicalType& type, const std::string& name) {
  for (const auto& field : StructType::GetChildTypes(type)) {
    if (duckdb::StringUtil::CIEquals(field.first, name)) return &field.second;
  }
  return nullptr;
}

bool AreNamedStructs(const LogicalType& left, const LogicalType& right) {
  return left.id() == LogicalTypeId::STRUCT && right.id() == LogicalTypeId::STRUCT &&
         !StructType::IsUnnamed(left) && !StructType::IsUnnamed(right);
}

namespace {

std::optional<FieldMismatch> StructMismatch(const LogicalType& values, const LogicalType& table,
                                            const std::string& path) {
  for (const auto& [name, type] : StructType::GetChildTypes(values)) {
    const std::string field = fmt::format("{}.{}", path, name);
    const LogicalType* found = FindStructField(table, name);
    if (found == nullptr) return FieldMismatch{field, true};
    if (auto inside = MismatchOf(type, *found, field)) return inside;
  }
  for (const auto& [name, type] : StructType::GetChildTypes(table)) {
    if (FindStructField(values, name) == nullptr) {
      return FieldMismatch{fmt::format("{}.{}", path, name), false};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldMismatch> MismatchOf(const LogicalType& values, const LogicalType& table,
                                        const std::string& path) {
  if (AreNamedStructs(values, table)) return StructMismatch(values, table, path);
  if (values.id() != table.id()) return std::nullopt;
  if (values.id() == LogicalTypeId::LIST) {
    return MismatchOf(duckdb::ListType::GetChildType(values), duckdb::ListType::GetChildType(table),
                      path + ".element");
  }
  if (values.id() == LogicalTypeId::MAP) {
    auto key = MismatchOf(duckdb::MapType::KeyType(values), duckdb::MapType::KeyType(table),
                          path + ".key");
    if (key) return key;
    return MismatchOf(duckdb::MapType::ValueType(values), duckdb::MapType::ValueType(table),
                      path + ".value");
  }
  return std::nullopt;
}

base::Error ErrorOf(const FieldMismatch& mismatch, const std::string& table) {
  const std::string sentence =
      mismatch.in_values ? fmt::format("The new values have a field {}, which table {} has not.",
                                       mismatch.path, table)
                         : fmt::format("Table {} has a field {}, which the new values have not.",
                                       table, mismatch.path);
  return base::Error(base::ErrorKind::kInvalidInput, "merge.struct_fields", sentence)
      .Hint(
          "A struct is set as a whole by one with the same fields. SET column.field = ... sets "
          "one of them; MERGE WITH SCHEMA EVOLUTION INTO adds fields.")
      .With("table", table)
      .With("field", mismatch.path);
}

}  // namespace laguna::catalog
