// SPDX-License-Identifier: Apache-2.0
#include "delta/restore_plan.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "delta/codec/json_text.h"
#include "delta/identity_column.h"
#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kMaxColumnId = "delta.columnMapping.maxColumnId";

void KeepColumnIds(const Properties& now, Properties& then) {
  const std::string key(kMaxColumnId);
  const auto given = now.find(key);
  const auto old = then.find(key);
  if (given == now.end() || old == then.end()) return;
  const auto given_id = DecodeJsonInteger(given->second);
  const auto old_id = DecodeJsonInteger(old->second);
  if (given_id && (!old_id || *given_id > *old_id)) old->second = given->second;
}

void KeepOwnProperties(const Properties& now, Properties& then) {
  const auto is_own = [](const auto& property) { return property.first.starts_with(kOwnPrefix); };
  std::erase_if(then, is_own);
  for (const auto& property : now) {
    if (is_own(property)) then.insert(property);
  }
}

// What nobody could set now gives way to what the table has.
void KeepAcceptable(const Properties& now, Properties& then) {
  for (auto& [name, value] : then) {
    const auto present = now.find(name);
    if (present != now.end() && !IsAcceptable(name, value)) value = present->second;
  }
}

Metadata MetadataOf(const Metadata& now, const Metadata& then) {
  Metadata metadata = then;
  metadata.id = now.id;
  metadata.created_time_ms = now.created_time_ms;
  KeepMarks(metadata.schema, now.schema);
  KeepColumnIds(now.configuration, metadata.configuration);
  KeepOwnProperties(now.configuration, metadata.configuration);
  KeepAcceptable(now.configuration, metadata.configuration);
  return metadata;
}

RemoveFile RemovalOf(const FileView& file) {
  RemoveFile removal;
  removal.path = std::string(file.path());
  removal.deletion_vector = file.deletion_vector();
  return removal;
}

// For each file of `files` its place among `others`.
std::vector<std::optional<size_t>> PlacesIn(const FileTable& others, const FileTable& files) {
  std::vector<std::string> vectors;
  vectors.reserve(files.size());
  for (size_t i = 0; i < files.size(); ++i) vectors.push_back(files.at(i).DeletionVectorId());
  std::vector<FileId> ids;
  ids.reserve(files.size());
  for (size_t i = 0; i < files.size(); ++i) ids.push_back({files.at(i).path(), vectors[i]});
  return others.FindAll(ids);
}

}  // namespace

bool RestorePlan::ChangesNothing(const Snapshot& now) const {
  return restored.empty() && removed.empty() && metadata == now.metadata();
}

RestorePlan PlanRestore(const Snapshot& now, const Snapshot& then) {
  RestorePlan plan;
  plan.metadata = MetadataOf(now.metadata(), then.metadata());
  plan.replaces_all = plan.metadata.partition_columns != now.metadata().partition_columns;
  std::vector<bool> stays(now.files().size(), false);
  const auto places = PlacesIn(now.files(), then.files());
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i] && !plan.replaces_all) {
      stays[*places[i]] = true;
      continue;
    }
    AddFile file = then.files().at(i).ToAddFile();
    file.data_change = true;
    plan.restored_bytes += file.size_bytes;
    plan.restored.push_back(std::move(file));
  }
  for (size_t i = 0; i < stays.size(); ++i) {
    if (stays[i]) continue;
    const FileView file = now.files().at(i);
    plan.removed_bytes += file.size_bytes();
    plan.removed.push_back(RemovalOf(file));
  }
  return plan;
}

void Restore(const RestorePlan& plan, const Snapshot& now, Transaction& transaction) {
  if (plan.metadata != now.metadata()) transaction.SetMetadata(plan.metadata);
  if (plan.replaces_all) {
    transaction.ReplaceTable();
  } else {
    for (const RemoveFile& file : plan.removed) transaction.Remove(file);
  }
  for (const AddFile& file : plan.restored) transaction.Append(file);
  // What the table is then follows from what it is now.
  transaction.MarkRead();
}

}  // namespace laguna::delta
