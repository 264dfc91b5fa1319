// SPDX-License-Identifier: Apache-2.0
#include "ingest/file_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "engine/store_glob.h"
#include "ingest/hidden_path.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kWildcards = "*?[";

bool HasWildcard(std::string_view text) {
  return text.find_first_of(kWildcards) != std::string_view::npos;
}

// The folders of a pattern that stand before its first wildcard, with the last slash.
std::string_view FixedPart(std::string_view pattern) {
  const size_t wildcard = pattern.find_first_of(kWildcards);
  if (wildcard == std::string_view::npos) return pattern;
  const size_t slash = pattern.rfind('/', wildcard);
  return pattern.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
}

FileRecord RecordOf(std::string path, const io::ObjectInfo& info) {
  return {.path = std::move(path),
          .size_bytes = static_cast<int64_t>(info.size_bytes),
          .modified_ms = info.modified_ms,
          .etag = info.etag};
}

// Folders below a base that are links, or are reached through one.
class LinkedFolders {
 public:
  explicit LinkedFolders(std::string base) : base_(std::move(base)) {}

  // Whether `path`, below the base, lies in one.
  bool Contain(std::string_view path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return false;
    const std::string folder(path.substr(0, slash));
    const auto known = known_.find(folder);
    if (known != known_.end()) return known->second;
    std::error_code failure;
    const bool linked = Contain(folder) || std::filesystem::is_symlink(base_ + folder, failure);
    known_.emplace(folder, linked);
    return linked;
  }

 private:
  const std::string base_;
  std::map<std::string, bool> known_;
};

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

FileReach::FileReach(const catalog::LakeEnvironment& environment)
    : environment_(environment),
      machine_("/"),
      root_(WithoutSlash(environment.lake.storage_root.string()) + "/") {}

std::vector<FileRecord> FileReach::List(const std::vector<std::string>& patterns,
                                        const io::Call& call) {
  std::map<std::string, FileRecord> found;
  for (const std::string& written : patterns) {
    const std::string resolved = environment_.lake.ResolvePath(written);
    if (resolved.find("://") != std::string::npos) {
      throw Error(ErrorKind::kUnsupported, "read_files.store",
                  fmt::format("read_files reads local files only for now, not {}.", written));
    }
    const std::string pattern =
        WithoutSlash(std::filesystem::path(resolved).lexically_normal().string());
    const bool in_lake = pattern.starts_with(root_);
    for (const io::ObjectInfo& info : Match(pattern, call)) {
      std::string path = in_lake ? info.key : "/" + info.key;
      found.insert_or_assign(path, RecordOf(path, info));
    }
  }
  std::vector<FileRecord> files;
  for (auto& [path, file] : found) files.push_back(std::move(file));
  return files;
}

std::vector<io::ObjectInfo> FileReach::Match(const std::string& pattern, const io::Call& call) {
  const bool in_lake = pattern.starts_with(root_);
  io::ObjectStore& store = in_lake ? environment_.store : machine_;
  std::string key = pattern.substr(in_lake ? root_.size() : 1);
  if (key.empty()) return {};
  if (!HasWildcard(key)) {
    if (auto info = store.Head(key, call)) return {std::move(*info)};
    key += "/*";
  }
  std::vector<io::ObjectInfo> found = engine::GlobStore(store, key);
  const size_t fixed = FixedPart(key).size();
  std::erase_if(found, [&](const io::ObjectInfo& info) {
    return HasHiddenName(std::string_view(info.key).substr(std::min(fixed, info.key.size())));
  });
  // A link to a folder would show its files a second time, and one to its own folder without end.
  if (key.find("**") != std::string::npos) {
    LinkedFolders linked((in_lake ? root_ : "/") + key.substr(0, fixed));
    std::erase_if(found, [&](const io::ObjectInfo& info) {
      return linked.Contain(std::string_view(info.key).substr(fixed));
    });
  }
  return found;
}

FileReach::Place FileReach::PlaceOf(const std::string& path) {
  if (path.starts_with('/')) return {machine_, path.substr(1)};
  return {environment_.store, path};
}

std::optional<FileRecord> FileReach::Head(const std::string& path, const io::Call& call) {
  const Place place = PlaceOf(path);
  const auto info = place.store.Head(place.key, call);
  if (!info) return std::nullopt;
  return RecordOf(path, *info);
}

std::unique_ptr<io::ObjectReader> FileReach::Open(const std::string& path, const io::Call& call) {
  const Place place = PlaceOf(path);
  return place.store.Open(place.key, call);
}

PackedState FileReach::CheckPackedFile(const std::string& path, const io::Call& call) {
  const Place place = PlaceOf(path);
  return CheckPacked(place.store, place.key, call);
}

std::string FileReach::AbsolutePath(const std::string& path) const {
  return path.starts_with('/') ? path : root_ + path;
}

std::string FileReach::PatternText(const std::string& path) const {
  std::string pattern;
  for (const char c : AbsolutePath(path)) {
    const bool special = kWildcards.find(c) != std::string_view::npos;
    special ? pattern.append({'[', c, ']'}) : pattern.append(1, c);
  }
  return engine::QuotedText(pattern);
}

}  // namespace laguna::ingest
