// SPDX-License-Identifier: Apache-2.0
#include "delta/vacuum_fence.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "delta/codec/json_text.h"
#include "delta/conflict.h"
#include "delta/deletion_vector_file.h"
#include "delta/named_files.h"

namespace laguna::delta {
namespace {

// What Spark keeps where neither the statement nor the table says.
constexpr int64_t kWeekMs = int64_t{7} * 86'400'000;

std::optional<int64_t> MillisOf(const CommitInfo& commit, const char* parameter) {
  const auto found = commit.operation_parameters.find(parameter);
  if (found == commit.operation_parameters.end()) return std::nullopt;
  const auto text = DecodeJsonString(found->second);
  return DecodeJsonInteger(text ? *text : found->second);
}

// Below the table's folder; files that were live before are none of them.
std::set<std::string> NewFiles(const NamedFiles& table, std::span<const Action> actions) {
  std::set<std::string> files;
  const auto note = [&](std::string_view path) {
    if (auto below = table.Below(path)) files.insert(std::move(*below));
  };
  for (const Action& action : actions) {
    if (const auto* change = std::get_if<AddCdcFile>(&action)) note(change->path);
    const auto* add = std::get_if<AddFile>(&action);
    if (add == nullptr) continue;
    note(add->path);
    const std::string vector =
        add->deletion_vector ? DeletionVectorPath(*add->deletion_vector) : std::string();
    if (!vector.empty()) note(vector);
  }
  // A file that gets another deletion vector is removed and added again.
  for (const Action& action : actions) {
    const auto* removal = std::get_if<RemoveFile>(&action);
    const auto below = removal == nullptr ? std::nullopt : table.Below(removal->path);
    if (below) files.erase(*below);
  }
  return files;
}

}  // namespace

std::optional<int64_t> VacuumCutoff(const CommitInfo& commit) {
  if (commit.operation != "VACUUM START" || !commit.timestamp_ms) return std::nullopt;
  auto retention_ms = MillisOf(commit, "specifiedRetentionMillis");
  if (!retention_ms) retention_ms = MillisOf(commit, "defaultRetentionMillis");
  return *commit.timestamp_ms - retention_ms.value_or(kWeekMs) + 1;
}

std::optional<std::string> FindVacuumedFile(const Table& table, std::span<const Action> winner,
                                            std::span<const Action> ours, const io::Call& call) {
  const auto cutoff_ms = VacuumCutoff(CommitInfoOf(winner));
  if (!cutoff_ms) return std::nullopt;
  for (const std::string& path : NewFiles(NamedFiles(table.Location()), ours)) {
    const std::string key = table.root().empty() ? path : fmt::format("{}/{}", table.root(), path);
    const auto object = table.store().Head(key, call);
    if (object && object->modified_ms >= *cutoff_ms) continue;
    return fmt::format(
        "A VACUUM began meanwhile that takes {} for a leftover: no version named it, and it is "
        "older than the VACUUM keeps.",
        path);
  }
  return std::nullopt;
}

}  // namespace laguna::delta
