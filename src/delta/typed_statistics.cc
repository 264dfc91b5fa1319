// SPDX-License-Identifier: Apache-2.0
#include "delta/typed_statistics.h"

#include <string_view>
#include <utility>

namespace laguna::delta {
namespace {

constexpr const char* kRecords = "add.stats_parsed.numRecords";

// Types whose least and greatest values statistics have.
bool HasBounds(const DataType& type) {
  if (type.AsDecimal() != nullptr || HasTextBounds(type)) return true;
  for (const Primitive number : {Primitive::kLong, Primitive::kInteger, Primitive::kShort,
                                 Primitive::kByte, Primitive::kFloat, Primitive::kDouble}) {
    if (type.Is(number)) return true;
  }
  return false;
}

PortColumn Typed(std::string path, DataType type, std::vector<std::string> below,
                 std::string set_with) {
  PortColumn column{std::move(path), PortType::kTyped};
  column.value_type = std::move(type);
  column.below = std::move(below);
  column.set_with = std::move(set_with);
  return column;
}

}  // namespace

TypedStatistics::TypedStatistics(const Metadata& metadata)
    : schema_(metadata.schema), leaves_(IndexedLeavesOf(metadata)) {
  for (const std::string& name : metadata.partition_columns) {
    const StructField* field = schema_.Find(name);
    if (field == nullptr) continue;
    partition_names_.push_back(field->PhysicalName());
    columns_.push_back(
        Typed("add.partitionValues_parsed", field->type, {partition_names_.back()}, "add.path"));
  }
  columns_.push_back({kRecords, PortType::kLong});
  columns_.push_back({"add.stats_parsed.tightBounds", PortType::kBoolean});
  for (const IndexedLeaf& leaf : leaves_) {
    if (HasBounds(leaf.type)) bounded_.push_back(leaf);
  }
  for (const char* part : {"add.stats_parsed.minValues", "add.stats_parsed.maxValues"}) {
    for (const IndexedLeaf& leaf : bounded_) {
      columns_.push_back(Typed(part, leaf.type, leaf.path, kRecords));
    }
  }
  for (const IndexedLeaf& leaf : leaves_) {
    PortColumn& column = columns_.emplace_back();
    column = {"add.stats_parsed.nullCount", PortType::kLong};
    column.below = leaf.path;
    column.set_with = kRecords;
  }
}

std::vector<TypedStatistics::Cell> TypedStatistics::CellsOf(const FileView& file) const {
  std::vector<Cell> cells;
  cells.reserve(columns_.size());
  for (const std::string& name : partition_names_) {
    const auto value = file.PartitionValue(name);
    Cell& cell = cells.emplace_back();
    if (value && *value) cell.text = std::string(**value);
  }
  const FileStatistics statistics = file.Statistics(schema_);
  if (!statistics.num_records) {
    cells.resize(columns_.size());
    return cells;
  }
  cells.push_back({{}, statistics.num_records});
  cells.push_back({{}, int64_t{statistics.tight_bounds}});
  const auto of_leaf = [&](const IndexedLeaf& leaf) {
    const auto found = statistics.columns.find(leaf.path);
    return found == statistics.columns.end() ? ColumnStatistics{} : found->second;
  };
  for (const IndexedLeaf& leaf : bounded_) cells.push_back({of_leaf(leaf).min, {}});
  for (const IndexedLeaf& leaf : bounded_) cells.push_back({of_leaf(leaf).max, {}});
  for (const IndexedLeaf& leaf : leaves_) cells.push_back({{}, of_leaf(leaf).null_count});
  return cells;
}

}  // namespace laguna::delta
