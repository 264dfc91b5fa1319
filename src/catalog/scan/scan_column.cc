// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_column.h"

#include <utility>

#include "catalog/scan/metadata_column.h"
#include "catalog/type_map.h"
#include "catalog/write/file_statistics.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::MultiFileReader;
using duckdb::Value;

LogicalType TypeOfVirtualColumn(const TableView& view, duckdb::column_t column) {
  if (IsMetadataColumn(column)) return MetadataType(view);
  if (column == MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX) return LogicalType::UBIGINT;
  if (column == MultiFileReader::COLUMN_IDENTIFIER_FILENAME) return LogicalType::VARCHAR;
  return LogicalType::SQLNULL;
}

}  // namespace

ScanColumn::ScanColumn(const ScanFiles& files, duckdb::column_t column)
    : files_(&files), column_(column) {
  const auto& fields = files.view().metadata.schema.fields;
  if (column >= fields.size()) {
    type_ = TypeOfVirtualColumn(files.view(), column);
    is_constant_ = type_.id() != duckdb::LogicalTypeId::SQLNULL && !type_.IsNested();
    return;
  }
  const auto& field = fields[column];
  fields_.push_back(&field);
  physical_names_.push_back(field.PhysicalName());
  type_ = ToDuckdb(field.type, field.name);
  is_constant_ = is_partition_column_ = files.IsPartitionColumn(column);
}

std::optional<ScanColumn> ScanColumn::Child(size_t index) const {
  if (IsMetadataColumn(column_) && index == kMetadataFilePath) {
    return ScanColumn(*files_, MultiFileReader::COLUMN_IDENTIFIER_FILENAME);
  }
  if (fields_.empty()) return std::nullopt;
  const auto* fields = fields_.back()->type.AsStruct();
  if (fields == nullptr || index >= fields->fields.size()) return std::nullopt;
  const auto& field = fields->fields[index];
  auto child = *this;
  child.fields_.push_back(&field);
  child.physical_names_.push_back(field.PhysicalName());
  child.type_ = ToDuckdb(field.type, field.name);
  child.is_constant_ = child.is_partition_column_ = false;
  return child;
}

bool ScanColumn::operator==(const ScanColumn& other) const {
  return column_ == other.column_ && fields_ == other.fields_;
}

Value ScanColumn::Constant(size_t number) const {
  if (column_ == MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX) return Value::UBIGINT(number);
  if (column_ == MultiFileReader::COLUMN_IDENTIFIER_FILENAME) return {files_->LocationOf(number)};
  return *files_->PartitionValue(number, column_);
}

delta::ColumnStatistics ScanColumn::Statistics(size_t number) const {
  if (is_constant_ || fields_.empty()) return {};
  return files_->view().files.at(number).StatisticsOf(physical_names_, fields_.back()->type);
}

ColumnBounds ScanColumn::Bounds(size_t number) const {
  if (is_constant_) return ConstantBounds(Constant(number));
  if (fields_.empty()) return UnknownBounds(type_);
  const auto& column_type = fields_.back()->type;
  const auto file = files_->view().files.at(number);
  const auto statistics = file.StatisticsOf(physical_names_, column_type);
  // Looked up only where it matters: each look costs as much as the statistics.
  const auto rows = statistics.null_count.value_or(0) > 0 ? file.RecordCount() : std::nullopt;
  const auto nan_counts =
      (column_type.Is(delta::Primitive::kFloat) || column_type.Is(delta::Primitive::kDouble)) &&
      file.Tag(kNanCountsTag).has_value();
  return BoundsFromStatistics(*fields_.back(), type_, &statistics, rows, nan_counts);
}

}  // namespace laguna::catalog
