// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "catalog/scan/partition_value.h"
#include "catalog/type_map.h"
#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {
namespace {

std::vector<bool> PartitionColumns(const delta::Metadata& metadata) {
  std::vector<bool> result(metadata.schema.fields.size(), false);
  for (const auto& name : metadata.partition_columns) {
    if (const auto index = metadata.schema.IndexOf(name)) result[*index] = true;
  }
  return result;
}

// A "file:" URI as a path; other absolute paths and URLs as they are; nothing for relative paths.
std::optional<std::string> AbsoluteLocation(const std::string& path) {
  if (path.starts_with("file://")) return path.substr(std::string_view("file://").size());
  if (path.starts_with("file:/")) return path.substr(std::string_view("file:").size());
  if (path.starts_with('/') || path.find("://") != std::string::npos) return path;
  return std::nullopt;
}

}  // namespace

ScanFiles::ScanFiles(TableViewPtr view, io::ObjectStore& store,
                     std::shared_ptr<io::ObjectStore> owned_store)
    : view_(std::move(view)),
      store_(store),
      owned_store_(std::move(owned_store)),
      is_partition_column_(PartitionColumns(view_->metadata)),
      statistics_(view_->files.size()) {}

std::string ScanFiles::LocationOf(size_t number) const {
  const auto& file = view_->files.at(number);
  if (file.deletion_vector) {
    throw base::Error(base::ErrorKind::kUnsupported, "delta.unsupported_feature",
                      fmt::format("Table {} marks deleted rows by deletion vectors, which are not "
                                  "read yet.",
                                  view_->root))
        .With("table", view_->root);
  }
  if (const auto absolute = AbsoluteLocation(file.path)) return *absolute;
  const auto key = view_->root.empty() ? file.path : fmt::format("{}/{}", view_->root, file.path);
  try {
    io::CheckKey(key);
  } catch (const base::Error&) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.bad_path",
                      fmt::format("The log of table {} names a data file \"{}\", which is no path "
                                  "below the table.",
                                  view_->root, file.path));
  }
  return store_.Locate(key);
}

const delta::FileStatistics& ScanFiles::StatisticsOf(size_t number) {
  {
    const std::lock_guard lock(mutex_);
    if (statistics_[number]) return *statistics_[number];
  }
  auto parsed = std::make_unique<const delta::FileStatistics>(
      delta::ParseStatistics(view_->metadata.schema, view_->files.at(number).statistics_json));
  const std::lock_guard lock(mutex_);
  if (!statistics_[number]) statistics_[number] = std::move(parsed);
  return *statistics_[number];
}

std::optional<uint64_t> ScanFiles::RowsOf(size_t number) const {
  const auto& file = view_->files.at(number);
  const auto records = delta::ParseRecordCount(file.statistics_json);
  if (!records || *records < 0) return std::nullopt;
  const auto deleted = file.deletion_vector ? file.deletion_vector->cardinality : 0;
  if (deleted < 0 || deleted > *records) return std::nullopt;
  return static_cast<uint64_t>(*records - deleted);
}

std::optional<duckdb::Value> ScanFiles::PartitionValue(size_t number, size_t column) const {
  if (column >= is_partition_column_.size() || !is_partition_column_[column]) return std::nullopt;
  const auto& field = view_->metadata.schema.fields[column];
  const auto& file = view_->files.at(number);
  const auto entry = file.partition_values.find(field.PhysicalName());
  if (entry == file.partition_values.end()) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.bad_partition_value",
                      fmt::format("The log of table {} gives no value of partition column \"{}\" "
                                  "for file {}.",
                                  view_->root, field.name, file.path));
  }
  if (auto value =
          ParsePartitionValue(field.type, ToDuckdb(field.type, field.name), entry->second)) {
    return value;
  }
  throw base::Error(
      base::ErrorKind::kCorrupt, "delta.bad_partition_value",
      fmt::format("The log of table {} gives \"{}\" as the value of partition column "
                  "\"{}\", which is no {}.",
                  view_->root, entry->second.value_or("NULL"), field.name, field.type.ToString()));
}

}  // namespace laguna::catalog
