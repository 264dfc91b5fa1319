// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/overwritten_partitions.h"

#include <optional>
#include <set>
#include <string>

#include "catalog/scan/partition_value.h"

namespace laguna::catalog {

namespace {

// A partition's values as one text that equal values share.
class Keys {
 public:
  explicit Keys(const WriteTarget& target) : target_(target), columns_(target.PartitionColumns()) {}

  std::string Of(const delta::AddFile& file) {
    return Join([&](const WriteColumn& column) -> std::optional<std::string> {
      const auto value = file.partition_values.find(column.physical_name);
      return value == file.partition_values.end() ? std::nullopt : value->second;
    });
  }

  std::string Of(const delta::FileView& file) {
    return Join([&](const WriteColumn& column) -> std::optional<std::string> {
      const auto value = file.PartitionValue(column.physical_name);
      if (!value || !*value) return std::nullopt;
      return std::string(**value);
    });
  }

 private:
  template <class Lookup>
  std::string Join(Lookup lookup) {
    std::string key;
    for (const size_t position : columns_) {
      const std::string part =
          Spelled(target_.columns[position], lookup(target_.columns[position]));
      key += std::to_string(part.size()) + ":" + part;
    }
    return key;
  }

  // In the engine's spelling; what it cannot read stays as it is.
  static std::string Spelled(const WriteColumn& column, const std::optional<std::string>& text) {
    const auto value = ParsePartitionValue(column.delta_type, column.type, text);
    if (!value) return "?" + *text;
    return value->IsNull() ? "" : "=" + value->ToString();
  }

  const WriteTarget& target_;
  const std::vector<size_t> columns_;
};

}  // namespace

std::vector<size_t> FilesOfSamePartitions(const TableView& view, const WriteTarget& target,
                                          std::span<const delta::AddFile> added) {
  Keys keys(target);
  std::set<std::string> replaced;
  for (const delta::AddFile& file : added) replaced.insert(keys.Of(file));
  std::vector<size_t> files;
  for (size_t i = 0; i < view.files.size(); ++i) {
    if (replaced.contains(keys.Of(view.files.at(i)))) files.push_back(i);
  }
  return files;
}

}  // namespace laguna::catalog
