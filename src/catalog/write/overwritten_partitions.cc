// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/overwritten_partitions.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "catalog/scan/partition_value.h"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"

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

// Above it conflicts are found by looking at all files that others added.
constexpr size_t kToldPartitionsMax = 1000;
constexpr duckdb::idx_t kTableIndex = 0;

using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

duckdb::unique_ptr<duckdb::Expression> Joined(duckdb::ExpressionType type, Expressions parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  auto joined = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(type);
  joined->children = std::move(parts);
  return joined;
}

// Whether a row lies in the partition of `file`; null where a value of it cannot be read.
duckdb::unique_ptr<duckdb::Expression> InPartitionOf(const delta::AddFile& file,
                                                     const WriteTarget& target,
                                                     const std::vector<size_t>& columns) {
  Expressions equal;
  for (size_t i = 0; i < columns.size(); ++i) {
    const WriteColumn& column = target.columns[columns[i]];
    const auto text = file.partition_values.find(column.physical_name);
    if (text == file.partition_values.end()) return nullptr;
    auto value = ParsePartitionValue(column.delta_type, column.type, text->second);
    if (!value) return nullptr;
    equal.push_back(duckdb::make_uniq<duckdb::BoundComparisonExpression>(
        duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM,
        duckdb::make_uniq<duckdb::BoundColumnRefExpression>(column.type,
                                                            duckdb::ColumnBinding(kTableIndex, i)),
        duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(*value))));
  }
  return Joined(duckdb::ExpressionType::CONJUNCTION_AND, std::move(equal));
}

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

void RequirePartitions(const WriteTarget& target, std::span<const delta::AddFile> added,
                       ScanRead& read) {
  // Each removed file is this commit's whatever others do to its rows.
  read.SetRowByRow();
  Keys keys(target);
  std::map<std::string, const delta::AddFile*> partitions;
  for (const delta::AddFile& file : added) partitions.emplace(keys.Of(file), &file);
  if (partitions.empty() || partitions.size() > kToldPartitionsMax) return;
  const std::vector<size_t> columns = target.PartitionColumns();
  Expressions any;
  for (const auto& [key, file] : partitions) {
    any.push_back(InPartitionOf(*file, target, columns));
    if (!any.back()) return;
  }
  ScanFilterList filters;
  filters.push_back(Joined(duckdb::ExpressionType::CONJUNCTION_OR, std::move(any)));
  read.Require(kTableIndex, {columns.begin(), columns.end()}, filters);
}

}  // namespace laguna::catalog
