// SPDX-License-Identifier: Apache-2.0
#include "delta/indexed_leaf.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>

namespace laguna::delta {
namespace {

constexpr int64_t kDefaultIndexedLeaves = 32;

void AddLeaves(const StructField& field, const ColumnPath& parent, const std::string& parent_name,
               std::vector<IndexedLeaf>& leaves) {
  ColumnPath path = parent;
  path.push_back(field.PhysicalName());
  const std::string name = parent_name.empty() ? field.name : parent_name + "." + field.name;
  const StructType* fields = field.type.AsStruct();
  if (fields == nullptr) {
    leaves.push_back({path, name, field.type});
    return;
  }
  for (const StructField& inner : fields->fields) AddLeaves(inner, path, name, leaves);
}

std::vector<IndexedLeaf> DataLeaves(const Metadata& metadata) {
  std::vector<IndexedLeaf> leaves;
  for (const StructField& field : metadata.schema.fields) {
    const auto& partitions = metadata.partition_columns;
    const bool in_file =
        std::find(partitions.begin(), partitions.end(), field.name) == partitions.end();
    if (in_file) AddLeaves(field, {}, "", leaves);
  }
  return leaves;
}

// "a, b.c, `d`" -> {a, b.c, d}.
std::set<std::string> NamesOf(const std::string& list) {
  std::set<std::string> names;
  std::string name;
  for (const char character : list + ",") {
    if (character == ',') {
      if (!name.empty()) names.insert(name);
      name.clear();
    } else if (character != ' ' && character != '`') {
      name += character;
    }
  }
  return names;
}

bool IsNamed(const std::set<std::string>& names, const std::string& leaf) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return leaf == name || leaf.starts_with(name + ".");
  });
}

}  // namespace

std::vector<IndexedLeaf> IndexedLeavesOf(const Metadata& metadata) {
  std::vector<IndexedLeaf> leaves = DataLeaves(metadata);
  const Properties& properties = metadata.configuration;
  const auto named = properties.find("delta.dataSkippingStatsColumns");
  if (named != properties.end()) {
    const std::set<std::string> names = NamesOf(named->second);
    std::erase_if(leaves,
                  [&](const IndexedLeaf& leaf) { return !IsNamed(names, leaf.logical_name); });
    return leaves;
  }
  int64_t count = kDefaultIndexedLeaves;
  const auto limit = properties.find("delta.dataSkippingNumIndexedCols");
  if (limit != properties.end()) count = std::strtoll(limit->second.c_str(), nullptr, 10);
  if (count >= 0 && leaves.size() > static_cast<size_t>(count)) {
    leaves.resize(static_cast<size_t>(count));
  }
  return leaves;
}

}  // namespace laguna::delta
