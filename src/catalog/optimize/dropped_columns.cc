// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/dropped_columns.h"

#include <algorithm>
#include <string>

#include "delta/column_mapping.h"
#include "delta/row_tracking.h"
#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {
namespace {

constexpr const char* kMaxColumnId = "delta.columnMapping.maxColumnId";

size_t CountIds(const delta::DataType& type) {
  if (const auto* array = type.AsArray()) return CountIds(array->element);
  if (const auto* map = type.AsMap()) return CountIds(map->key) + CountIds(map->value);
  const auto* fields = type.AsStruct();
  if (fields == nullptr) return 0;
  size_t ids = 0;
  for (const delta::StructField& field : fields->fields) {
    ids += (field.FieldId() ? 1 : 0) + CountIds(field.type);
  }
  return ids;
}

class Comparison {
 public:
  explicit Comparison(bool by_id) : by_id_(by_id) {}

  [[nodiscard]] bool HasMore(const ParquetColumn& column, const delta::DataType& type) const {
    if (const auto* fields = type.AsStruct()) {
      return std::ranges::any_of(column.children, [&](const ParquetColumn& child) {
        const delta::StructField* field = Find(*fields, child);
        return field == nullptr || HasMore(child, field->type);
      });
    }
    if (const auto* array = type.AsArray()) {
      const ParquetColumn* element = ElementOf(column);
      return element != nullptr && HasMore(*element, array->element);
    }
    if (const auto* map = type.AsMap()) return HasMoreInMap(column, *map);
    return false;
  }

  [[nodiscard]] const delta::StructField* Find(const delta::StructType& fields,
                                               const ParquetColumn& column) const {
    const auto found = std::ranges::find_if(fields.fields, [&](const delta::StructField& field) {
      if (by_id_ && column.field_id && field.FieldId()) return *field.FieldId() == *column.field_id;
      return duckdb::StringUtil::CIEquals(field.PhysicalName(), column.name);
    });
    return found == fields.fields.end() ? nullptr : &*found;
  }

 private:
  [[nodiscard]] bool HasMoreInMap(const ParquetColumn& column, const delta::MapType& map) const {
    if (column.children.size() != 1 || column.children[0].children.size() != 2) return false;
    const auto& entry = column.children[0].children;
    return HasMore(entry[0], map.key) || HasMore(entry[1], map.value);
  }

  const bool by_id_;
};

bool KeepsRowIds(const ParquetColumn& column, const delta::Properties& properties) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{delta::kRowIdColumn, delta::kRowCommitVersionColumn},
      [&](const char* property) {
        const auto name = properties.find(property);
        return name != properties.end() && name->second == column.name;
      });
}

}  // namespace

bool MayHaveDroppedColumns(const delta::Metadata& metadata) {
  if (delta::ColumnMappingOf(metadata) == delta::ColumnMapping::kNone) return false;
  const auto highest = metadata.configuration.find(kMaxColumnId);
  if (highest == metadata.configuration.end()) return true;
  return highest->second != std::to_string(CountIds(delta::DataType(metadata.schema)));
}

bool HasDroppedColumns(const ParquetColumn& file, const delta::Metadata& metadata) {
  const Comparison comparison(delta::ColumnMappingOf(metadata) == delta::ColumnMapping::kId);
  return std::ranges::any_of(file.children, [&](const ParquetColumn& column) {
    if (KeepsRowIds(column, metadata.configuration)) return false;
    const delta::StructField* field = comparison.Find(metadata.schema, column);
    return field == nullptr || comparison.HasMore(column, field->type);
  });
}

}  // namespace laguna::catalog
