// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/written_file.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/assert.h"
#include "catalog/write/file_statistics.h"
#include "catalog/write/partition_text.h"
#include "delta/statistics.h"

namespace laguna::catalog {

namespace {

// Columns of the writer's report.
enum Report : duckdb::idx_t {
  kPath = 0,
  kRows = 1,
  kBytes = 2,
  kStatistics = 4,
  kPartition = 5,
};

// A MAP value's entries; `use` gets key and value. The map must outlive the call.
template <class Use>
void ForEachEntry(const duckdb::Value& map, Use use) {
  if (map.IsNull()) return;
  for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(map)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    use(pair[0].ToString(), pair[1]);
  }
}

WrittenColumn ColumnOf(const duckdb::Value& report) {
  WrittenColumn column;
  ForEachEntry(report, [&](const std::string& name, const duckdb::Value& value) {
    if (value.IsNull()) return;
    if (name == "min") column.min = duckdb::StringValue::Get(value);
    if (name == "max") column.max = duckdb::StringValue::Get(value);
    if (name == "null_count") column.null_count = std::stoll(value.ToString());
    if (name == "has_nan") column.has_nan = value.ToString() == "true";
  });
  return column;
}

WrittenColumns ColumnsOf(const duckdb::Value& report) {
  WrittenColumns columns;
  ForEachEntry(report, [&](const std::string& path, const duckdb::Value& column) {
    columns[path] = ColumnOf(column);
  });
  return columns;
}

delta::PartitionValues PartitionOf(const WriteTarget& target, const duckdb::Value& report) {
  std::map<std::string, duckdb::Value> by_name;
  ForEachEntry(report,
               [&](const std::string& name, const duckdb::Value& value) { by_name[name] = value; });
  delta::PartitionValues values;
  for (const size_t position : target.PartitionColumns()) {
    const WriteColumn& column = target.columns[position];
    const auto value = by_name.find(column.physical_name);
    LAGUNA_ASSERT(value != by_name.end());
    auto& text = values[column.physical_name];
    if (value->second.IsNull()) continue;
    text = PartitionText(column.delta_type, column.name, duckdb::StringValue::Get(value->second));
  }
  return values;
}

bool HoldsFloats(const delta::DataType& type) {
  if (const auto* fields = type.AsStruct()) {
    return std::ranges::any_of(fields->fields,
                               [](const auto& field) { return HoldsFloats(field.type); });
  }
  return type.Is(delta::Primitive::kFloat) || type.Is(delta::Primitive::kDouble);
}

bool HoldsFloats(const WriteTarget& target) {
  return std::ranges::any_of(
      target.columns, [](const WriteColumn& column) { return HoldsFloats(column.delta_type); });
}

}  // namespace

WrittenFile WrittenFileOf(const WriteTarget& target, const duckdb::DataChunk& chunk,
                          duckdb::idx_t row, int64_t now_ms) {
  WrittenFile file;
  file.rows = chunk.GetValue(kRows, row).GetValue<int64_t>();
  file.add.path = target.RelativePath(chunk.GetValue(kPath, row).ToString());
  file.add.size_bytes = chunk.GetValue(kBytes, row).GetValue<int64_t>();
  file.add.modification_time_ms = now_ms;
  file.add.partition_values = PartitionOf(target, chunk.GetValue(kPartition, row));
  const duckdb::Value statistics = chunk.GetValue(kStatistics, row);
  file.add.statistics_json = delta::WriteStatistics(
      target.metadata.schema, FileStatisticsOf(target.metadata, file.rows, ColumnsOf(statistics)));
  const size_t prefix_length = StringPrefixLength(target.metadata);
  if (prefix_length < delta::kStringPrefixLength) {
    file.add.tags[kPrefixLengthTag] = std::to_string(prefix_length);
  }
  if (HoldsFloats(target)) file.add.tags[kNanCountsTag] = "true";
  return file;
}

}  // namespace laguna::catalog
