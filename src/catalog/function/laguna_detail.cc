// SPDX-License-Identifier: Apache-2.0
// laguna_detail('bronze.t'): one row with the columns of Spark's DESCRIBE DETAIL. From the log
// alone.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "delta/clustering.h"
#include "delta/table_feature.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

// One column of the result: name, type, value.
struct DetailColumn {
  const char* name;
  LogicalType type;
  Value (*value)(const OpenedTable& table);
};

Value LastModified(const OpenedTable& table) {
  return table.snapshot ? Instant(table.snapshot->timestamp_ms())
                        : Value(LogicalType::TIMESTAMP_TZ);
}

Value CreatedAt(const OpenedTable& table) {
  const auto created_ms = table.view->metadata.created_time_ms;
  return created_ms ? Instant(*created_ms) : Value(LogicalType::TIMESTAMP_TZ);
}

Value ClusteringColumns(const OpenedTable& table) {
  if (!table.snapshot) return TextList({});
  return TextList(delta::ClusteringColumns(*table.snapshot).value_or(std::vector<std::string>()));
}

// Those the protocol lists and those its versions imply.
Value Features(const OpenedTable& table) {
  const auto& protocol = table.view->protocol;
  std::vector<std::string> names = protocol.writer_features;
  names.insert(names.end(), protocol.reader_features.begin(), protocol.reader_features.end());
  for (const auto& feature : delta::TableFeatures()) {
    if (delta::Supports(protocol, feature.name)) names.emplace_back(feature.name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return TextList(names);
}

Value Statistics(const OpenedTable& table) {
  int64_t vectors = 0;
  int64_t deleted_rows = 0;
  const auto& files = table.view->files;
  const auto with_vector = static_cast<int64_t>(files.deletion_vector_count());
  for (size_t index = 0; vectors < with_vector && index < files.size(); ++index) {
    const auto vector = files.at(index).deletion_vector();
    if (!vector) continue;
    ++vectors;
    deleted_rows += vector->cardinality;
  }
  return Value::MAP(LogicalType::VARCHAR, LogicalType::BIGINT,
                    {"numRowsDeletedByDeletionVectors", "numDeletionVectors"},
                    {Value::BIGINT(deleted_rows), Value::BIGINT(vectors)});
}

const std::vector<DetailColumn>& Columns() {
  static const std::vector<DetailColumn> columns{
      {"format", LogicalType::VARCHAR, [](const auto&) { return Value("delta"); }},
      {"id", LogicalType::VARCHAR, [](const auto& t) { return Value(t.view->metadata.id); }},
      {"name", LogicalType::VARCHAR,
       [](const auto& t) { return t.name.empty() ? TextOrNull(t.view->metadata.name) : t.name; }},
      {"description", LogicalType::VARCHAR,
       [](const auto& t) { return TextOrNull(t.view->metadata.description); }},
      {"location", LogicalType::VARCHAR, [](const auto& t) { return Value(t.log->Location()); }},
      {"createdAt", LogicalType::TIMESTAMP_TZ, CreatedAt},
      {"lastModified", LogicalType::TIMESTAMP_TZ, LastModified},
      {"partitionColumns", TextListType(),
       [](const auto& t) { return TextList(t.view->metadata.partition_columns); }},
      {"clusteringColumns", TextListType(), ClusteringColumns},
      {"numFiles", LogicalType::BIGINT,
       [](const auto& t) { return Value::BIGINT(static_cast<int64_t>(t.view->files.size())); }},
      {"sizeInBytes", LogicalType::BIGINT,
       [](const auto& t) { return Value::BIGINT(t.view->files.total_bytes()); }},
      {"properties", TextMapType(),
       [](const auto& t) { return TextMap(t.view->metadata.configuration); }},
      {"minReaderVersion", LogicalType::INTEGER,
       [](const auto& t) { return Value::INTEGER(t.view->protocol.min_reader_version); }},
      {"minWriterVersion", LogicalType::INTEGER,
       [](const auto& t) { return Value::INTEGER(t.view->protocol.min_writer_version); }},
      {"tableFeatures", TextListType(), Features},
      {"statistics", LogicalType::MAP(LogicalType::VARCHAR, LogicalType::BIGINT), Statistics},
  };
  return columns;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<KnownRows>();
  try {
    const auto table = OpenTableOperand(context, input, "so it has no details");
    std::vector<Value> row;
    for (const auto& column : Columns()) {
      names.emplace_back(column.name);
      types.push_back(column.type);
      row.push_back(column.value(table));
    }
    data->rows.push_back(std::move(row));
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterWithTableOperand(loader, KnownRowsFunction("laguna_detail", Bind), environment);
}

}  // namespace

extern const SqlFunction laguna_detail_function{
    .name = "laguna_detail",
    .syntax = "laguna_detail(table VARCHAR | path => VARCHAR)",
    .documentation =
        "One row of facts about a Delta table: identity, place, size, partition and clustering "
        "columns, properties, protocol and table features.\n\n"
        "The columns are those of Spark's `DESCRIBE DETAIL`, which shows the same. `statistics` "
        "counts deletion vectors and the rows they delete. `path` takes the folder of any table.",
    .example = "SELECT numFiles, sizeInBytes, tableFeatures FROM laguna_detail('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
