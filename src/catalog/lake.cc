// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 7> kReservedZoneNames{
    "lake", "laguna", "main", "temp", "system", "information_schema", "pg_catalog"};

// Zone names are ASCII-folded, as the engine folds identifiers.
bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const Zone* Lake::FindZone(std::string_view zone) const {
  const auto found = std::ranges::find_if(
      zones, [&](const Zone& candidate) { return SameName(candidate.name, zone); });
  return found == zones.end() ? nullptr : &*found;
}

std::string Lake::ResolvePath(std::string_view path) const {
  if (path.starts_with('/') || path.find("://") != std::string_view::npos) return std::string(path);
  while (path.starts_with("./")) path.remove_prefix(2);
  const auto slash = path.find('/');
  const auto* zone = FindZone(path.substr(0, slash));
  if (zone == nullptr) return (folder / path).lexically_normal().string();
  auto below = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  // "landing//x.csv" means what "landing/x.csv" does.
  while (below.starts_with('/')) below.remove_prefix(1);
  return (storage_root / zone->name / below).string();
}

bool IsReservedZoneName(std::string_view name) {
  return std::ranges::any_of(kReservedZoneNames,
                             [&](std::string_view reserved) { return SameName(reserved, name); });
}

bool IsHiddenName(std::string_view name) {
  return name.empty() || name.front() == '_' || name.front() == '.';
}

}  // namespace laguna::catalog
