// SPDX-License-Identifier: Apache-2.0
#include "ingest/file_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "engine/glob_text.h"
#include "engine/sql_text.h"
#include "engine/store_glob.h"
#include "ingest/content_hash.h"
#include "ingest/hidden_path.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;

using engine::kWildcards;

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

// The path in one spelling, as far as it is there; without a slash at its end.
std::string Canonical(const std::string& path) {
  std::error_code failure;
  const fs::path canonical = fs::weakly_canonical(path, failure);
  const std::string text = WithoutSlash(failure ? path : canonical.string());
  return text == "/" ? "" : text;
}

// A folder that a pattern names and that is not there.
struct UnknownFolder {
  fs::path folder;
  // A folder beside it, of nearly the same name.
  std::optional<fs::path> nearest;

  [[nodiscard]] std::string Text(const std::string& root) const {
    const auto shown = [&](const fs::path& path) {
      const std::string text = path.string();
      return text.starts_with(root) ? text.substr(root.size()) : text;
    };
    const std::string text = fmt::format("there is no folder {}", shown(folder));
    return nearest ? fmt::format("{}; did you mean {}?", text, shown(*nearest)) : text;
  }
};

std::optional<fs::path> NearestFolder(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::directory_iterator at(folder.parent_path(), failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->is_directory(failure)) names.push_back(at->path().filename().string());
  }
  std::ranges::sort(names);
  const auto nearest = base::NearestName(folder.filename().string(), names);
  if (!nearest) return std::nullopt;
  return folder.parent_path() / *nearest;
}

// `pattern` is absolute.
std::optional<UnknownFolder> MissingFolder(const std::string& pattern) {
  const std::string_view fixed = FixedPart(pattern);
  // Without a wildcard, the last part may be a file.
  const fs::path folders = HasWildcard(pattern) ? fs::path(WithoutSlash(std::string(fixed)))
                                                : fs::path(pattern).parent_path();
  fs::path known;
  for (const fs::path& part : folders) {
    known /= part;
    std::error_code failure;
    if (fs::exists(known, failure)) continue;
    return UnknownFolder{known, NearestFolder(known)};
  }
  return std::nullopt;
}

// A first part that is no folder of the lake, and nearly a zone's name.
void RefuseNearZone(const catalog::Lake& lake, std::string_view written) {
  while (written.starts_with("./")) written.remove_prefix(2);
  const std::string first(written.substr(0, written.find('/')));
  std::error_code failure;
  if (first.empty() || HasWildcard(first) || lake.FindZone(first) != nullptr ||
      fs::exists(lake.folder / first, failure)) {
    return;
  }
  std::vector<std::string> zones;
  for (const catalog::Zone& zone : lake.zones) zones.push_back(zone.name);
  const auto nearest = base::NearestName(first, zones);
  if (!nearest) return;
  throw Error(ErrorKind::kInvalidInput, "read_files.unknown_zone",
              fmt::format("read_files names '{}', but the lake has no zone and no folder {}.",
                          written, first))
      .Hint(fmt::format("Did you mean '{}'?", *nearest))
      .With("path", std::string(written));
}

}  // namespace

FileReach::FileReach(const catalog::LakeEnvironment& environment)
    : environment_(environment),
      machine_("/"),
      root_(WithoutSlash(environment.lake.storage_root.string()) + "/") {}

std::string FileReach::Resolved(const std::string& written) const {
  const std::string resolved = environment_.lake.ResolvePath(written);
  if (resolved.find("://") != std::string::npos) {
    throw Error(ErrorKind::kUnsupported, "read_files.store",
                fmt::format("read_files reads local files only for now, not {}.", written));
  }
  std::string pattern = WithoutSlash(fs::path(resolved).lexically_normal().string());
  if (pattern.starts_with(root_)) return pattern;
  const std::string_view fixed = FixedPart(pattern);
  const std::string canonical = Canonical(std::string(fixed)) + "/";
  const std::string root = Canonical(root_) + "/";
  if (!canonical.starts_with(root)) return pattern;
  return WithoutSlash(root_ + canonical.substr(root.size()) + pattern.substr(fixed.size()));
}

std::vector<FileRecord> FileReach::List(const std::vector<std::string>& patterns,
                                        const io::Call& call) {
  std::map<std::string, FileRecord> found;
  for (const std::string& written : patterns) {
    const std::string pattern = Resolved(written);
    const bool in_lake = pattern.starts_with(root_);
    for (const io::ObjectInfo& info : Match(pattern, call)) {
      std::string path = in_lake ? info.key : "/" + info.key;
      found.insert_or_assign(path, RecordOf(path, info));
    }
  }
  std::vector<FileRecord> files;
  std::set<std::string> identities;
  for (auto& [path, file] : found) {
    if (identities.insert(IdentityOf(path)).second) files.push_back(std::move(file));
  }
  return files;
}

std::string FileReach::IdentityOf(const std::string& path) {
  const std::string absolute = AbsolutePath(path);
  const size_t slash = absolute.rfind('/');
  const auto [folder, is_new] = folders_.try_emplace(absolute.substr(0, slash));
  if (is_new) folder->second = Canonical(folder->first);
  return folder->second + absolute.substr(slash);
}

std::string FileReach::ContentHashOfFile(const std::string& path, const io::Call& call) try {
  return ContentHashOf(*Open(path, call), call);
} catch (const Error& error) {
  if (error.kind() != ErrorKind::kNotFound) throw;
  return "";
}

std::string FileReach::ReasonForNothing(const std::vector<std::string>& patterns) const {
  std::string reason;
  for (const std::string& written : patterns) {
    const auto missing = MissingFolder(Resolved(written));
    if (!missing) continue;
    RefuseNearZone(environment_.lake, written);
    if (!reason.empty()) reason += "; ";
    reason += missing->Text(root_);
  }
  return reason;
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
  return engine::QuotedText(engine::PatternOf(AbsolutePath(path)));
}

}  // namespace laguna::ingest
