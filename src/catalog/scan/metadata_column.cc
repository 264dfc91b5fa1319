// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/metadata_column.h"

#include <string>
#include <utility>

#include "catalog/scan/row_tracking.h"
#include "delta/table_feature.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/function/function_binder.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;
using duckdb::LogicalType;
using duckdb::Value;

// Behind those of row tracking.
const duckdb::column_t kMetadata = duckdb::VIRTUAL_COLUMN_START + 1002;
constexpr const char* kName = "_metadata";

bool HasRowTracking(const TableView& view) {
  return delta::Supports(view.protocol, "rowTracking");
}

// The fields of struct_pack, each called by its expression's alias.
class Fields {
 public:
  void Add(const char* name, ExpressionPtr value) {
    value->alias = name;
    values_.push_back(std::move(value));
  }
  void Add(const char* name, Value value) {
    Add(name, duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(value)));
  }

  ExpressionPtr Pack(duckdb::ClientContext& context) {
    duckdb::ErrorData error;
    duckdb::FunctionBinder binder(context);
    auto packed =
        binder.BindScalarFunction(DEFAULT_SCHEMA, "struct_pack", std::move(values_), error);
    if (!packed) error.Throw();
    return packed;
  }

 private:
  duckdb::vector<ExpressionPtr> values_;
};

void AddFileFields(const ScanFiles& files, size_t number, Fields& fields) {
  const auto file = files.view().files.at(number);
  const std::string location = files.LocationOf(number);
  fields.Add("file_path", Value(location));
  fields.Add("file_name", Value(location.substr(location.rfind('/') + 1)));
  fields.Add("file_size", Value::BIGINT(file.size_bytes()));
  fields.Add("file_modification_time",
             Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(
                 duckdb::Timestamp::FromEpochMs(file.modification_time_ms()))));
}

}  // namespace

LogicalType MetadataType(const TableView& view) {
  duckdb::child_list_t<LogicalType> fields{
      {"file_path", LogicalType::VARCHAR}, {"file_name", LogicalType::VARCHAR},
      {"file_size", LogicalType::BIGINT},  {"file_modification_time", LogicalType::TIMESTAMP_TZ},
      {"row_index", LogicalType::BIGINT},
  };
  if (HasRowTracking(view)) {
    fields.emplace_back("row_id", LogicalType::BIGINT);
    fields.emplace_back("row_commit_version", LogicalType::BIGINT);
  }
  return LogicalType::STRUCT(std::move(fields));
}

void AddMetadataColumn(const TableView& view, duckdb::virtual_column_map_t& columns) {
  columns.insert(std::make_pair(kMetadata, duckdb::TableColumn(kName, MetadataType(view))));
}

bool IsMetadataColumn(duckdb::column_t column) {
  return column == kMetadata;
}

ExpressionPtr MetadataExpression(duckdb::ClientContext& context, const ScanFiles& files,
                                 size_t number, duckdb::BaseFileReader& reader,
                                 duckdb::column_t& column) {
  const auto& view = files.view();
  Fields fields;
  AddFileFields(files, number, fields);
  const auto id = ReadMaterialized(view, RowTracking::kRowId, reader);
  const auto version = ReadMaterialized(view, RowTracking::kRowCommitVersion, reader);
  const size_t position = reader.column_ids.size();
  column = duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_ROW_NUMBER;
  fields.Add("row_index",
             duckdb::make_uniq<duckdb::BoundReferenceExpression>(LogicalType::BIGINT, position));
  if (HasRowTracking(view)) {
    const auto file = view.files.at(number);
    fields.Add("row_id", RowTrackingValue(context, file, RowTracking::kRowId, id, position));
    fields.Add("row_commit_version",
               RowTrackingValue(context, file, RowTracking::kRowCommitVersion, version, position));
  }
  return fields.Pack(context);
}

void MendMetadataPosition(duckdb::BaseFileReader& reader) {
  for (auto& column : reader.columns) {
    const bool is_position = column.name == kName && column.children.empty();
    if (is_position && column.type.id() == duckdb::LogicalTypeId::STRUCT) {
      column.type = LogicalType::BIGINT;
    }
  }
}

}  // namespace laguna::catalog
