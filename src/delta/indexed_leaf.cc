// SPDX-License-Identifier: Apache-2.0
#include "delta/indexed_leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/column_list.h"
#include "delta/field_path.h"
#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr int64_t kDefaultIndexedLeaves = 32;

struct Leaf {
  IndexedLeaf indexed;
  FieldPath logical;
};

void AddLeaves(const StructField& field, const Leaf& parent, std::vector<Leaf>& leaves) {
  Leaf leaf = parent;
  leaf.indexed.path.push_back(field.PhysicalName());
  leaf.logical.push_back(field.name);
  leaf.indexed.type = field.type;
  const StructType* fields = field.type.AsStruct();
  if (fields == nullptr) {
    leaves.push_back(std::move(leaf));
    return;
  }
  for (const StructField& inner : fields->fields) AddLeaves(inner, leaf, leaves);
}

bool IsPartition(const Metadata& metadata, const std::string& column) {
  return std::ranges::find(metadata.partition_columns, column) != metadata.partition_columns.end();
}

std::vector<Leaf> DataLeaves(const Metadata& metadata) {
  std::vector<Leaf> leaves;
  for (const StructField& field : metadata.schema.fields) {
    if (!IsPartition(metadata, field.name)) AddLeaves(field, {}, leaves);
  }
  return leaves;
}

// A leaf by itself or by what it is inside of.
bool IsNamed(const std::vector<FieldPath>& columns, const FieldPath& leaf) {
  return std::ranges::any_of(columns, [&](const FieldPath& column) {
    return column.size() <= leaf.size() &&
           std::equal(column.begin(), column.end(), leaf.begin(), IsSameName);
  });
}

void KeepNamed(const std::string& list, std::vector<Leaf>& leaves) {
  const std::vector<FieldPath> columns = ParseColumnList(list);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !IsNamed(columns, leaf.logical); });
}

void KeepFirst(const Properties& properties, std::vector<Leaf>& leaves) {
  const int64_t count = IntegerProperty(properties, kIndexedColumns, kDefaultIndexedLeaves);
  if (count < 0 || leaves.size() <= static_cast<size_t>(count)) return;
  leaves.resize(static_cast<size_t>(count));
}

// --- What is no column to have statistics of ---

base::Error Refusal(const FieldPath& column, std::string_view table, const std::string& why) {
  return base::Error(base::ErrorKind::kInvalidInput, "delta.statistics_column",
                     fmt::format("The table property \"{}\" of {} names {}: {}.",
                                 kStatisticsColumns, table, PathText(column), why))
      .With("property", kStatisticsColumns)
      .With("table", std::string(table))
      .With("column", PathText(column));
}

[[noreturn]] void RefuseUnknown(const Metadata& metadata, const FieldPath& column,
                                const FieldPlace& known, std::string_view table) {
  std::vector<std::string> names;
  const StructType* fields = known.Fields(metadata.schema);
  if (fields != nullptr) {
    for (const StructField& field : fields->fields) names.push_back(field.name);
  }
  throw Refusal(column, table, "there is no such column")
      .Hint(base::SuggestName(column[known.path.size()], names) + (names.empty() ? "" : " ") +
            "Names with more than letters, digits and _ stand in back quotes: 'a, s.b, `odd, "
            "name`'.");
}

// As Spark has it; inside of a struct others are passed over.
bool HasBounds(const DataType& type) {
  constexpr Primitive kUnbounded[] = {Primitive::kBoolean, Primitive::kBinary, Primitive::kVoid};
  if (type.AsArray() != nullptr || type.AsMap() != nullptr) return false;
  return std::ranges::none_of(kUnbounded, [&](Primitive each) { return type.Is(each); });
}

bool IsInsideOfCollection(const Metadata& metadata, std::span<const std::string> path) {
  for (size_t names = 1; names <= path.size(); ++names) {
    if (Follow(metadata.schema, path.first(names)).inner > 0) return true;
  }
  return false;
}

// The column in the schema's spelling.
FieldPath Checked(const Metadata& metadata, const FieldPath& column, std::string_view table) {
  FieldPlace place = Follow(metadata.schema, column);
  if (place.path.size() < column.size()) RefuseUnknown(metadata, column, place, table);
  if (IsInsideOfCollection(metadata, place.path)) {
    throw Refusal(column, table, "it lies inside of an array or a map, which has no statistics")
        .Hint("Leave it out.");
  }
  if (IsPartition(metadata, place.path[0])) {
    throw Refusal(column, table, "the table is partitioned by it")
        .Hint("Leave it out: files are told apart by their partition already.");
  }
  if (!HasBounds(*place.type)) {
    throw Refusal(
        column, table,
        fmt::format("a column of type {} has no least and greatest value", place.type->ToString()))
        .Hint("Leave it out.");
  }
  return std::move(place.path);
}

}  // namespace

std::vector<IndexedLeaf> IndexedLeavesOf(const Metadata& metadata) {
  std::vector<Leaf> leaves = DataLeaves(metadata);
  const Properties& properties = metadata.configuration;
  const auto list = properties.find(kStatisticsColumns);
  if (list != properties.end()) {
    KeepNamed(list->second, leaves);
  } else {
    KeepFirst(properties, leaves);
  }
  std::vector<IndexedLeaf> indexed;
  indexed.reserve(leaves.size());
  for (Leaf& leaf : leaves) indexed.push_back(std::move(leaf.indexed));
  return indexed;
}

void CheckStatisticsColumns(const Metadata& metadata, std::string_view table) {
  const auto list = metadata.configuration.find(kStatisticsColumns);
  if (list == metadata.configuration.end()) return;
  std::vector<FieldPath> seen;
  for (const FieldPath& column : ParseColumnList(list->second)) {
    FieldPath spelled = Checked(metadata, column, table);
    if (std::ranges::find(seen, spelled) != seen.end()) {
      throw Refusal(column, table, "it is named twice").Hint("Name it once.");
    }
    seen.push_back(std::move(spelled));
  }
}

}  // namespace laguna::delta
