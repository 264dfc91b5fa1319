// SPDX-License-Identifier: Apache-2.0
#include "catalog/table_columns.h"

#include <utility>

#include "catalog/column_value/column_default.h"
#include "catalog/type_map.h"
#include "duckdb/parser/constraints/not_null_constraint.hpp"

namespace laguna::catalog {

duckdb::unique_ptr<duckdb::CreateTableInfo> EntryInfo(duckdb::SchemaCatalogEntry& schema,
                                                      const std::string& name,
                                                      const delta::Metadata& metadata) {
  auto info = duckdb::make_uniq<duckdb::CreateTableInfo>(schema, name);
  const auto& fields = metadata.schema.fields;
  for (size_t index = 0; index < fields.size(); ++index) {
    duckdb::ColumnDefinition column(fields[index].name,
                                    ToDuckdb(fields[index].type, fields[index].name));
    if (const auto comment = fields[index].Comment(); !comment.empty()) {
      column.SetComment(duckdb::Value(comment));
    }
    if (auto value = ColumnDefault(fields[index])) column.SetDefaultValue(std::move(value));
    info->columns.AddColumn(std::move(column));
    if (!fields[index].nullable) {
      info->constraints.push_back(
          duckdb::make_uniq<duckdb::NotNullConstraint>(duckdb::LogicalIndex(index)));
    }
  }
  if (metadata.description) info->comment = duckdb::Value(*metadata.description);
  return info;
}

}  // namespace laguna::catalog
