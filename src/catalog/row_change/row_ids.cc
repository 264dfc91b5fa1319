// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_ids.h"

#include <memory>

#include "catalog/scan/row_tracking.h"
#include "delta/properties.h"
#include "delta/row_tracking.h"
#include "delta/table_feature.h"

namespace laguna::catalog {

bool KeepsRowIds(const TableView& view) {
  const delta::Properties& properties = view.metadata.configuration;
  return delta::Supports(view.protocol, "rowTracking") &&
         delta::BooleanProperty(properties, delta::kEnableRowTracking, false) &&
         properties.contains(delta::kRowIdColumn) &&
         properties.contains(delta::kRowCommitVersionColumn);
}

duckdb::vector<duckdb::column_t> RowIdColumns() {
  return RowTrackingColumns();
}

WriteTargetPtr WithRowIds(const WriteTarget& target) {
  auto tracked = std::make_shared<WriteTarget>(target);
  for (const char* property : {delta::kRowIdColumn, delta::kRowCommitVersionColumn}) {
    AppendColumn(*tracked, target.metadata.configuration.at(property), duckdb::LogicalType::BIGINT,
                 delta::Primitive::kLong);
  }
  return tracked;
}

void AppendColumn(WriteTarget& target, const std::string& name, const duckdb::LogicalType& type,
                  delta::Primitive delta_type) {
  WriteColumn& column = target.columns.emplace_back();
  column.name = name;
  column.physical_name = name;
  column.type = type;
  column.file_type = type;
  column.delta_type = delta_type;
}

}  // namespace laguna::catalog
