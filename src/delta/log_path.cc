// SPDX-License-Identifier: Apache-2.0
#include "delta/log_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <vector>

namespace laguna::delta {
namespace {

constexpr size_t kVersionDigits = 20;
constexpr size_t kPartDigits = 10;
constexpr size_t kUuidLength = 36;
// No table gets there; so the versions behind any that a name tells are numbers too.
constexpr int64_t kVersionMax = std::numeric_limits<int64_t>::max() / 2;

std::optional<int64_t> ParseDigits(std::string_view text, size_t digits) {
  bool all_digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.size() != digits || !all_digits) return std::nullopt;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

std::optional<int64_t> ParseVersion(std::string_view text) {
  const std::optional<int64_t> version = ParseDigits(text, kVersionDigits);
  return version && *version <= kVersionMax ? version : std::nullopt;
}

std::vector<std::string_view> SplitAtDots(std::string_view name) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', begin)) {
    parts.push_back(name.substr(begin, dot - begin));
    begin = dot + 1;
  }
  parts.push_back(name.substr(begin));
  return parts;
}

LogFile Versioned(LogFileKind kind, int64_t version) {
  LogFile file;
  file.kind = kind;
  file.version = version;
  return file;
}

// <version>.checkpoint.<rest>
LogFile ParseCheckpoint(int64_t version, const std::vector<std::string_view>& parts) {
  if (parts.size() == 3 && parts[2] == "parquet") {
    return Versioned(LogFileKind::kClassicCheckpoint, version);
  }
  if (parts.size() == 4 && parts[2].size() == kUuidLength &&
      (parts[3] == "json" || parts[3] == "parquet")) {
    LogFile file = Versioned(LogFileKind::kUuidCheckpoint, version);
    file.is_json = parts[3] == "json";
    return file;
  }
  if (parts.size() != 5 || parts[4] != "parquet") return {};
  std::optional<int64_t> part = ParseDigits(parts[2], kPartDigits);
  std::optional<int64_t> count = ParseDigits(parts[3], kPartDigits);
  if (!part || !count || *part < 1 || *part > *count) return {};
  LogFile file = Versioned(LogFileKind::kMultiPartCheckpoint, version);
  file.part = *part;
  file.parts = *count;
  return file;
}

}  // namespace

LogFile ParseLogFileName(std::string_view name) {
  if (name == "_last_checkpoint") return Versioned(LogFileKind::kLastCheckpoint, 0);
  std::vector<std::string_view> parts = SplitAtDots(name);
  std::optional<int64_t> version = ParseVersion(parts[0]);
  if (!version || parts.size() < 2) return {};
  if (parts[1] == "checkpoint") return ParseCheckpoint(*version, parts);
  if (parts.size() == 2 && parts[1] == "json") return Versioned(LogFileKind::kCommit, *version);
  if (parts.size() == 2 && parts[1] == "crc") return Versioned(LogFileKind::kChecksum, *version);
  if (parts.size() != 4 || parts[2] != "compacted" || parts[3] != "json") return {};
  std::optional<int64_t> last = ParseVersion(parts[1]);
  if (!last || *last <= *version) return {};
  LogFile file = Versioned(LogFileKind::kCompactedCommit, *version);
  file.version_last = *last;
  return file;
}

std::string LogFolder(const std::string& root) {
  return root + "/_delta_log/";
}

std::string CommitName(int64_t version) {
  return fmt::format("{:020}.json", version);
}

std::string CheckpointKey(const std::string& root, int64_t version) {
  return fmt::format("{}{:020}.checkpoint.parquet", LogFolder(root), version);
}

std::string SidecarFolder(const std::string& root) {
  return LogFolder(root) + "_sidecars/";
}

std::string CommitKey(const std::string& root, int64_t version) {
  return LogFolder(root) + CommitName(version);
}

}  // namespace laguna::delta
