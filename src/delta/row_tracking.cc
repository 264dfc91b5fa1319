// SPDX-License-Identifier: Apache-2.0
#include "delta/row_tracking.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/error.h"
#include "base/json.h"
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

}  // namespace

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
