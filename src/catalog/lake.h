// SPDX-License-Identifier: Apache-2.0
// A lake as its laguna.yaml describes it (DESIGN: "A lake on disk"). A plain value, read once at
// start.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::catalog {

struct Zone {
  std::string name;
  // Holds files as they came; every other zone is a SQL schema of Delta tables.
  bool files = false;
};

struct Lake {
  std::string name;
  // The folder of laguna.yaml, absolute.
  std::filesystem::path folder;
  // The storage root, absolute. Default: <folder>/lake.
  std::filesystem::path storage_root;
  // In the order of laguna.yaml. Default: landing (files), bronze, silver, gold, platinum.
  std::vector<Zone> zones;
  std::string time_zone = "UTC";
  std::optional<uint64_t> memory_limit_bytes;
  std::optional<int> threads;
  // How long dropped tables can be brought back; then they may be cleaned up.
  std::chrono::milliseconds dropped_retention = std::chrono::days(7);

  // Without regard to case; null when there is none.
  [[nodiscard]] const Zone* FindZone(std::string_view name) const;
  // Where a path that a user wrote points: below the storage root when its first part is a zone,
  // else relative to laguna.yaml; absolute paths and URLs stay.
  [[nodiscard]] std::string ResolvePath(std::string_view path) const;
};

// Reads <folder>/laguna.yaml. InvalidInput with file:line:column for unknown keys, bad values,
// reserved zone names.
Lake LoadLake(const std::filesystem::path& folder);
// The nearest parent of `start` (itself included) with a laguna.yaml; nothing when there is none.
std::optional<std::filesystem::path> FindLakeFolder(const std::filesystem::path& start);

// Names no zone may bear.
bool IsReservedZoneName(std::string_view name);
// "_x" and ".x" are never tables.
bool IsHiddenName(std::string_view name);

}  // namespace laguna::catalog
