// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "catalog/scan/partition_value.h"
#include "catalog/type_map.h"
#include "delta/deletion_vector_file.h"
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
      is_partition_column_(PartitionColumns(view_->metadata)) {}

std::string ScanFiles::LocationOf(size_t number) const {
  const auto file = view_->files.at(number);
  const std::string path(file.path());
  if (const auto absolute = AbsoluteLocation(path)) return *absolute;
  const auto key = view_->root.empty() ? path : fmt::format("{}/{}", view_->root, path);
  try {
    io::CheckKey(key);
  } catch (const base::Error&) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.bad_path",
                      fmt::format("The log of table {} names a data file \"{}\", which is no path "
                                  "below the table.",
                                  view_->root, path));
  }
  return store_.Locate(key);
}

std::optional<RowChoice> ScanFiles::RowsToRead(size_t number) const {
  if (!choices_.empty()) return choices_.at(number);
  const auto file = view_->files.at(number);
  const auto descriptor = file.deletion_vector();
  if (!descriptor) return std::nullopt;
  auto rows = delta::LoadDeletionVector(store_, view_->root, *descriptor);
  const auto last = rows.Last();
  const auto records = file.RecordCount();
  if (last && records && *last >= static_cast<uint64_t>(*records)) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.deletion_vector",
                      fmt::format("The deletion vector of {} takes away row {}, but the file has "
                                  "only {} rows.",
                                  LocationOf(number), *last, *records));
  }
  return RowChoice{std::make_shared<const delta::DeletionVector>(std::move(rows)), false};
}

std::optional<duckdb::Value> ScanFiles::PartitionValue(size_t number, size_t column) const {
  if (!IsPartitionColumn(column)) return std::nullopt;
  const auto& field = view_->metadata.schema.fields[column];
  const auto file = view_->files.at(number);
  const auto entry = file.PartitionValue(field.PhysicalName());
  if (!entry) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.bad_partition_value",
                      fmt::format("The log of table {} gives no value of partition column \"{}\" "
                                  "for file {}.",
                                  view_->root, field.name, file.path()));
  }
  std::optional<std::string> text;
  if (*entry) text = std::string(**entry);
  if (auto value = ParsePartitionValue(field.type, ToDuckdb(field.type, field.name), text)) {
    return value;
  }
  throw base::Error(
      base::ErrorKind::kCorrupt, "delta.bad_partition_value",
      fmt::format("The log of table {} gives \"{}\" as the value of partition column "
                  "\"{}\", which is no {}.",
                  view_->root, text.value_or("NULL"), field.name, field.type.ToString()));
}

}  // namespace laguna::catalog
