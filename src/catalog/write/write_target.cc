// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/write_target.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/link/table_link.h"
#include "catalog/sql_name.h"
#include "catalog/type_map.h"

namespace laguna::catalog {

std::string WriteTarget::SqlName() const {
  return SqlNameOf(root);
}

std::string WriteTarget::Location() const {
  return WritePathOf(catalog.environment().lake, root);
}

std::string WriteTarget::RelativePath(const std::string& path) const {
  const std::string folder = Location() + "/";
  LAGUNA_ASSERT(path.starts_with(folder));
  return path.substr(folder.size());
}

std::vector<size_t> WriteTarget::PartitionColumns() const {
  std::vector<size_t> positions;
  for (const std::string& name : metadata.partition_columns) {
    const auto column = metadata.schema.IndexOf(name);
    LAGUNA_ASSERT(column);
    positions.push_back(*column);
  }
  return positions;
}

namespace {

void CheckPartitionColumns(const WriteTarget& target) {
  for (const std::string& name : target.metadata.partition_columns) {
    if (target.metadata.schema.IndexOf(name)) continue;
    throw base::Error(
        base::ErrorKind::kCorrupt, "write.partition_column",
        fmt::format("The log of table {} partitions it by \"{}\", a column it does not "
                    "have.",
                    target.SqlName(), name))
        .With("table", target.SqlName())
        .With("column", name);
  }
}

// What of a type no Parquet file can hold, in words; empty when it holds all.
std::string UnwritablePart(const delta::DataType& type) {
  if (type.Is(delta::Primitive::kVoid)) return "type void";
  if (const auto* array = type.AsArray()) return UnwritablePart(array->element);
  if (const auto* map = type.AsMap()) {
    std::string part = UnwritablePart(map->key);
    return part.empty() ? UnwritablePart(map->value) : part;
  }
  const auto* fields = type.AsStruct();
  if (fields == nullptr) return "";
  if (fields->fields.empty()) return "a struct without fields";
  for (const delta::StructField& field : fields->fields) {
    if (std::string part = UnwritablePart(field.type); !part.empty()) return part;
  }
  return "";
}

void CheckType(const WriteTarget& target, const delta::StructField& field) {
  const std::string part = UnwritablePart(field.type);
  if (part.empty()) return;
  throw base::Error(base::ErrorKind::kUnsupported, "write.column_type",
                    fmt::format("Table {} cannot be written to: its column \"{}\" is or holds {}, "
                                "which no Parquet file can keep.",
                                target.SqlName(), field.name, part))
      .Hint("Make the table anew without it: CREATE OR REPLACE TABLE ... AS SELECT ...")
      .With("table", target.SqlName())
      .With("column", field.name);
}

delta::DataType WithPhysicalNames(const delta::DataType& type) {
  if (const auto* array = type.AsArray()) {
    return delta::DataType(
        delta::ArrayType{WithPhysicalNames(array->element), array->contains_null});
  }
  if (const auto* map = type.AsMap()) {
    return delta::DataType(delta::MapType{WithPhysicalNames(map->key),
                                          WithPhysicalNames(map->value), map->value_contains_null});
  }
  const auto* fields = type.AsStruct();
  if (fields == nullptr) return type;
  delta::StructType physical;
  for (const delta::StructField& field : fields->fields) {
    physical.fields.push_back(
        {field.PhysicalName(), WithPhysicalNames(field.type), field.nullable, {}});
  }
  return delta::DataType(std::move(physical));
}

std::shared_ptr<WriteTarget> MakeTarget(LakeCatalog& catalog, std::string root, WriteMode mode,
                                        delta::Metadata metadata) {
  auto target = std::make_shared<WriteTarget>(
      WriteTarget{catalog, std::move(root), mode, std::move(metadata), {}, {}});
  CheckPartitionColumns(*target);
  for (const delta::StructField& field : target->metadata.schema.fields) {
    CheckType(*target, field);
    target->columns.push_back({field.name, field.PhysicalName(), ToDuckdb(field.type, field.name),
                               ToDuckdb(WithPhysicalNames(field.type), field.name), field.type,
                               field.FieldId(), !field.nullable, false,
                               delta::TextLimitsOf(field)});
  }
  for (const size_t position : target->PartitionColumns()) {
    target->columns[position].is_partition = true;
  }
  return target;
}

}  // namespace

WriteTargetPtr MakeWriteTarget(LakeCatalog& catalog, std::string root, WriteMode mode,
                               delta::Metadata metadata) {
  return MakeTarget(catalog, std::move(root), mode, std::move(metadata));
}

WriteTargetPtr MakeEvolvingTarget(LakeCatalog& catalog, std::string root, WriteMode mode,
                                  delta::Metadata metadata, delta::Schema evolved_from) {
  auto target = MakeTarget(catalog, std::move(root), mode, std::move(metadata));
  target->evolved_from = std::move(evolved_from);
  return target;
}

}  // namespace laguna::catalog
