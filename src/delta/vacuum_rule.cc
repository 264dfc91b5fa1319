// SPDX-License-Identifier: Apache-2.0
#include "delta/vacuum_rule.h"

#include <algorithm>

#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr int64_t kWeekMs = int64_t{7} * 86'400'000;
constexpr std::string_view kChangeData = "_change_data";

}  // namespace

VacuumRule::VacuumRule(const Metadata& metadata) {
  for (const std::string& name : metadata.partition_columns) {
    partition_prefixes_.push_back(name + "=");
    const StructField* field = metadata.schema.Find(name);
    if (field != nullptr) partition_prefixes_.push_back(field->PhysicalName() + "=");
  }
}

bool VacuumRule::Hides(std::string_view part) const {
  const bool is_hidden = part.starts_with('_') || part.starts_with('.');
  if (!is_hidden || part == kChangeData) return false;
  return std::ranges::none_of(partition_prefixes_,
                              [&](const std::string& prefix) { return part.starts_with(prefix); });
}

bool VacuumRule::Takes(std::string_view path) const {
  while (true) {
    const size_t slash = path.find('/');
    if (Hides(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

int64_t DeletedFileRetention(const Properties& properties) {
  return IntervalProperty(properties, "delta.deletedFileRetentionDuration", kWeekMs);
}

std::string_view NestedTableOf(std::string_view path) {
  constexpr std::string_view kLog = "/_delta_log/";
  const size_t at = path.find(kLog);
  return at == std::string_view::npos ? std::string_view() : path.substr(0, at + 1);
}

}  // namespace laguna::delta
