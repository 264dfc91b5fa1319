// SPDX-License-Identifier: Apache-2.0
// The engine maps a file's columns to the table's by name or by field id, but by id only where
// every nested level has one, which Parquet writers do not give to list elements and map entries.
// So the match is made here, on both trees, and handed over as names of the file.
//
// Trees: a struct's children are its fields; a list has one child, its element; a map has one child
// in the file (its entries) with two children, key and value, and two in the table's tree.
#include "catalog/scan/column_resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/scan/column_cast.h"
#include "catalog/type_map.h"
#include "delta/column_mapping.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::MultiFileColumnDefinition;
using duckdb::Value;

// No Parquet column bears this name.
constexpr const char* kAbsent = "\x01 absent";

bool MapsById(const delta::Metadata& metadata) {
  return delta::ColumnMappingOf(metadata) == delta::ColumnMapping::kId;
}

class Resolver {
 public:
  explicit Resolver(bool by_id) : by_id_(by_id) {}

  MultiFileColumnDefinition Field(const delta::StructField& field,
                                  const FileColumns& file_columns) const {
    return Define(field.name, field.type, Find(field, file_columns));
  }

  // The file's column of a field; null when it has none.
  const MultiFileColumnDefinition* Find(const delta::StructField& field,
                                        const FileColumns& file_columns) const {
    // A column without a type has no values, whatever a file holds under its name.
    if (field.type.Is(delta::Primitive::kVoid)) return nullptr;
    const auto id = field.FieldId();
    if (by_id_ && id) return FindId(*id, file_columns);
    return FindName(field.PhysicalName(), file_columns);
  }

 private:
  static const MultiFileColumnDefinition* FindId(int32_t id, const FileColumns& file_columns) {
    for (const auto& column : file_columns) {
      if (!column.identifier.IsNull() && column.GetIdentifierFieldId() == id) return &column;
    }
    return nullptr;
  }

  static const MultiFileColumnDefinition* FindName(const std::string& name,
                                                   const FileColumns& file_columns) {
    const MultiFileColumnDefinition* similar = nullptr;
    for (const auto& column : file_columns) {
      if (column.name == name) return &column;
      if (duckdb::StringUtil::CIEquals(column.name, name)) similar = &column;
    }
    return similar;
  }

  MultiFileColumnDefinition Define(const std::string& name, const delta::DataType& type,
                                   const MultiFileColumnDefinition* source) const {
    MultiFileColumnDefinition result(name, ToDuckdb(type, name));
    result.default_expression = duckdb::make_uniq<duckdb::ConstantExpression>(Value(result.type));
    result.identifier = Value(source == nullptr ? std::string(kAbsent) : source->name);
    if (source != nullptr) AddChildren(type, *source, result);
    return result;
  }

  // Only types with a struct inside need their children mapped; the engine casts the others whole.
  void AddChildren(const delta::DataType& type, const MultiFileColumnDefinition& source,
                   MultiFileColumnDefinition& result) const {
    if (!ContainsStruct(type)) return;
    if (const auto* fields = type.AsStruct()) {
      if (source.type.id() != LogicalTypeId::STRUCT) return;
      for (const auto& field : fields->fields) {
        result.children.push_back(Field(field, source.children));
      }
    } else if (const auto* array = type.AsArray()) {
      if (source.type.id() != LogicalTypeId::LIST || source.children.size() != 1) return;
      result.children.push_back(Define("element", array->element, source.children.data()));
    } else if (const auto* map = type.AsMap()) {
      if (source.type.id() != LogicalTypeId::MAP || source.children.size() != 1) return;
      const auto& entries = source.children[0].children;
      if (entries.size() != 2) return;
      result.children.push_back(Define("key", map->key, &entries[0]));
      result.children.push_back(Define("value", map->value, &entries[1]));
    }
  }

  static bool ContainsStruct(const delta::DataType& type) {
    if (type.AsStruct() != nullptr) return true;
    if (const auto* array = type.AsArray()) return ContainsStruct(array->element);
    if (const auto* map = type.AsMap()) {
      return ContainsStruct(map->key) || ContainsStruct(map->value);
    }
    return false;
  }

  bool by_id_;
};

base::Error TypeDiffers(const std::string& column, const LogicalType& in_file,
                        const LogicalType& in_table) {
  return base::Error(base::ErrorKind::kUnsupported, "table.column_type",
                     fmt::format("A data file holds column \"{}\" as {}, the table says {}.",
                                 column, in_file.ToString(), in_table.ToString()))
      .Hint(
          "Files are read that hold a column in its own type, or in a narrower one that type "
          "widening allows. Have the program that wrote the table write this file anew.")
      .With("column", column);
}

// Casts that the engine makes right by itself: JSON is a VARCHAR by another name, and a filter on
// whole numbers either fits the file's type or is not cast, so it prunes row groups too.
bool EngineCasts(const LogicalType& in_file, const LogicalType& in_table) {
  if (in_file.IsIntegral() && in_table.IsIntegral()) return true;
  return in_file.id() == in_table.id() && in_file.HasAlias();
}

// Walks both trees and gives every column of the file that the table has the table's type.
class TypeAdoption {
 public:
  explicit TypeAdoption(const Resolver& resolver) : resolver_(resolver) {}

  void Adopt(const delta::StructField& field, FileColumns& file_columns,
             const std::string& path) const {
    const auto* found = resolver_.Find(field, file_columns);
    if (found != nullptr)
      AdoptType(field.type, const_cast<MultiFileColumnDefinition&>(*found), path);
  }

 private:
  void AdoptType(const delta::DataType& type, MultiFileColumnDefinition& column,
                 const std::string& path) const {
    if (const auto* fields = type.AsStruct()) {
      Expect(type, column, LogicalTypeId::STRUCT, column.children.size(), path);
      for (const auto& field : fields->fields) {
        Adopt(field, column.children, fmt::format("{}.{}", path, field.name));
      }
      KeepStruct(*fields, column.children);
      column.type = StructOf(column);
    } else if (const auto* array = type.AsArray()) {
      Expect(type, column, LogicalTypeId::LIST, 1, path);
      // The engine knows elements and entries by these names alone; files have others as well.
      column.children[0].name = "list";
      AdoptType(array->element, column.children[0], path + ".element");
      column.type = LogicalType::LIST(column.children[0].type);
    } else if (const auto* map = type.AsMap()) {
      Expect(type, column, LogicalTypeId::MAP, 1, path);
      AdoptMap(*map, column, path);
    } else {
      const auto in_table = ToDuckdb(type, path);
      if (!ReadsAs(column.type, in_table)) throw TypeDiffers(path, column.type, in_table);
      if (!EngineCasts(column.type, in_table)) column.type = in_table;
    }
  }

  // A struct of which the table has none of the file's fields is there or NULL all the same, which
  // the engine's mapping only knows where a field stands for it: one that the cast makes.
  void KeepStruct(const delta::StructType& fields, FileColumns& file_columns) const {
    const auto is_there = [&](const delta::StructField& field) {
      return resolver_.Find(field, file_columns) != nullptr;
    };
    if (fields.fields.empty() || std::ranges::any_of(fields.fields, is_there)) return;
    const auto& field = fields.fields.front();
    MultiFileColumnDefinition added(field.PhysicalName(), LogicalType::SQLNULL);
    if (const auto id = field.FieldId()) added.identifier = Value::INTEGER(*id);
    file_columns.push_back(std::move(added));
  }

  void AdoptMap(const delta::MapType& map, MultiFileColumnDefinition& column,
                const std::string& path) const {
    auto& entries = column.children[0].children;
    if (entries.size() != 2) return;
    entries[0].name = "key";
    entries[1].name = "value";
    AdoptType(map.key, entries[0], path + ".key");
    AdoptType(map.value, entries[1], path + ".value");
    column.type = LogicalType::MAP(entries[0].type, entries[1].type);
  }

  static void Expect(const delta::DataType& type, const MultiFileColumnDefinition& column,
                     LogicalTypeId id, size_t children, const std::string& path) {
    if (column.type.id() == id && column.children.size() == children) return;
    throw TypeDiffers(path, column.type, ToDuckdb(type, path));
  }

  static LogicalType StructOf(const MultiFileColumnDefinition& column) {
    duckdb::child_list_t<LogicalType> children;
    for (const auto& child : column.children) children.emplace_back(child.name, child.type);
    return LogicalType::STRUCT(std::move(children));
  }

  const Resolver& resolver_;
};

}  // namespace

FileColumns ResolveColumns(const delta::Metadata& metadata, const FileColumns& file_columns) {
  const Resolver resolver(MapsById(metadata));
  FileColumns result;
  for (const auto& field : metadata.schema.fields) {
    result.push_back(resolver.Field(field, file_columns));
  }
  return result;
}

void AdoptTypes(const delta::Metadata& metadata, const std::vector<size_t>& fields,
                FileColumns& file_columns) {
  const Resolver resolver(MapsById(metadata));
  const TypeAdoption adoption(resolver);
  for (const auto index : fields) {
    const auto& field = metadata.schema.fields.at(index);
    adoption.Adopt(field, file_columns, field.name);
  }
}

}  // namespace laguna::catalog
