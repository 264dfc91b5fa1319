// SPDX-License-Identifier: Apache-2.0
#include "delta/cloned_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "delta/column_mapping.h"
#include "delta/data_path.h"
#include "delta/deletion_vector_file.h"
#include "delta/identity_column.h"
#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr const char* kMappingMode = "delta.columnMapping.mode";

bool IsOfOneTable(std::string_view property) {
  return property.starts_with(kOwnPrefix) ||
         property.starts_with("delta.inCommitTimestampEnablement");
}

bool IsOfOneTablesFiles(std::string_view property) {
  return property == "delta.columnMapping.maxColumnId" ||
         property.starts_with("delta.rowTracking.materialized");
}

bool IsUrl(std::string_view path) {
  return path.find("://") != std::string_view::npos;
}

// As a URI, spelled as Spark does: it compares such texts.
std::string Absolute(std::string_view path, std::string_view location) {
  path = CanonicalPath(path);
  if (IsUrl(path)) return std::string(path);
  const std::string whole =
      path.starts_with('/') ? std::string(path) : fmt::format("{}/{}", location, path);
  return IsUrl(whole) ? whole : "file:" + whole;
}

void MakeAbsolute(DeletionVectorDescriptor& vector, std::string_view location) {
  const std::string path = DeletionVectorPath(vector);
  if (path.empty()) return;
  vector.storage_type = 'p';
  vector.path_or_inline = EncodeDataPath(Absolute(path, location));
}

}  // namespace

Metadata ClonedDefinition(const Metadata& source) {
  Metadata metadata = source;
  metadata.id.clear();
  metadata.name.reset();
  metadata.created_time_ms.reset();
  std::erase_if(metadata.configuration,
                [](const auto& property) { return IsOfOneTable(property.first); });
  return metadata;
}

Metadata LikeDefinition(const Metadata& source) {
  Metadata metadata = ClonedDefinition(source);
  std::erase_if(metadata.configuration,
                [](const auto& property) { return IsOfOneTablesFiles(property.first); });
  ClearMarks(metadata.schema);
  // Without its mode a mapping is none, and goes; with it the new table gets its own.
  const auto mode = metadata.configuration.extract(kMappingMode);
  DropUnusedMapping(metadata);
  if (!mode.empty()) metadata.configuration[kMappingMode] = mode.mapped();
  return metadata;
}

AddFile ClonedFile(const FileView& file, std::string_view location, bool keeps_row_ids) {
  AddFile clone = file.ToAddFile();
  clone.path = Absolute(clone.path, location);
  clone.data_change = true;
  if (clone.deletion_vector) MakeAbsolute(*clone.deletion_vector, location);
  if (!keeps_row_ids) {
    clone.base_row_id.reset();
    clone.default_row_commit_version.reset();
  }
  return clone;
}

}  // namespace laguna::delta
