// SPDX-License-Identifier: Apache-2.0
#include "delta/row_tracking.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "delta/properties.h"
#include "delta/statistics.h"

namespace laguna::delta {
namespace {

constexpr char kHighWaterMark[] = "rowIdHighWaterMark";

int64_t RowsOf(const AddFile& file) {
  const std::optional<int64_t> rows = ParseRecordCount(file.statistics_json);
  if (rows && *rows >= 0) return *rows;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.row_count",
                    fmt::format("The table gives its rows ids (row tracking), but the data file {} "
                                "does not say how many rows it has.",
                                file.path));
}

// The highest id of files that come with theirs, as copies of other tables do.
int64_t HighestGiven(const std::vector<Action>& actions) {
  int64_t highest = -1;
  for (const Action& action : actions) {
    const auto* file = std::get_if<AddFile>(&action);
    if (file == nullptr || !file->base_row_id) continue;
    const int64_t rows = ParseRecordCount(file->statistics_json).value_or(0);
    highest = std::max(highest, *file->base_row_id + rows - 1);
  }
  return highest;
}

}  // namespace

void NameRowIdColumns(Metadata& metadata, base::Random& random) {
  Properties& properties = metadata.configuration;
  if (!BooleanProperty(properties, kEnableRowTracking, false)) return;
  if (!properties.contains(kRowIdColumn)) {
    properties[kRowIdColumn] = "_row-id-col-" + base::MakeUuid(random);
  }
  if (!properties.contains(kRowCommitVersionColumn)) {
    properties[kRowCommitVersionColumn] = "_row-commit-version-col-" + base::MakeUuid(random);
  }
}

std::vector<Action> FilesWithoutRowIds(const Snapshot& table, const std::vector<Action>& actions) {
  std::set<std::string> changed;
  for (const Action& action : actions) {
    if (const auto* added = std::get_if<AddFile>(&action)) changed.insert(added->path);
    if (const auto* removed = std::get_if<RemoveFile>(&action)) changed.insert(removed->path);
  }
  std::vector<Action> files;
  for (size_t i = 0; i < table.files().size(); ++i) {
    const FileView file = table.files().at(i);
    const bool has_ids = file.base_row_id() && file.default_row_commit_version();
    if (has_ids || changed.contains(std::string(file.path()))) continue;
    AddFile entry = file.ToAddFile();
    entry.data_change = false;
    files.emplace_back(std::move(entry));
  }
  return files;
}

int64_t RowIdHighWaterMark(const Snapshot::State& table) {
  const auto domain = table.domains.find(std::string(kRowTrackingDomain));
  if (domain == table.domains.end()) return -1;
  const base::Json json =
      base::ParseJson(domain->second.configuration, "delta.rowTracking", base::ErrorKind::kCorrupt);
  return base::JsonView(json, "delta.rowTracking", base::ErrorKind::kCorrupt)
      .Require(kHighWaterMark)
      .AsInteger();
}

void AssignRowIds(std::vector<Action>& actions, int64_t high_water_mark, int64_t version) {
  const int64_t before = high_water_mark;
  high_water_mark = std::max(high_water_mark, HighestGiven(actions));
  for (Action& action : actions) {
    auto* file = std::get_if<AddFile>(&action);
    if (file == nullptr) continue;
    if (!file->default_row_commit_version) file->default_row_commit_version = version;
    if (file->base_row_id) continue;
    file->base_row_id = high_water_mark + 1;
    high_water_mark += RowsOf(*file);
  }
  if (high_water_mark == before) return;
  actions.emplace_back(
      DomainMetadata{std::string(kRowTrackingDomain),
                     fmt::format(R"({{"{}":{}}})", kHighWaterMark, high_water_mark), false});
}

}  // namespace laguna::delta
