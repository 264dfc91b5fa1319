// SPDX-License-Identifier: Apache-2.0
#include "engine/store_glob.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "duckdb/common/file_system.hpp"

namespace laguna::engine {
namespace {

using Segments = std::vector<std::string>;

Segments Split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) {
      segments.emplace_back(path.substr(0, slash));
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

// "[a-z]" or "[!a-z]" at the front of `pattern`, which it moves behind the class; an unclosed one
// matches only itself.
bool TakeClass(char byte, std::string_view& pattern) {
  const size_t close = pattern.find(']', pattern.starts_with("[!") ? 3 : 2);
  if (close == std::string_view::npos) {
    pattern.remove_prefix(1);
    return byte == '[';
  }
  std::string_view members = pattern.substr(1, close - 1);
  pattern.remove_prefix(close + 1);
  const bool negated = members.starts_with("!");
  members.remove_prefix(negated ? 1 : 0);
  bool found = false;
  for (size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    found = found || (range ? members[i] <= byte && byte <= members[i + 2] : members[i] == byte);
    i += range ? 2 : 0;
  }
  return found != negated;
}

// Each * is retried from the byte after its last try, so the work is at most name x pattern.
bool MatchesSegment(std::string_view name, std::string_view pattern) {
  std::optional<std::string_view> after_star;
  std::string_view star_name;
  while (!name.empty()) {
    if (pattern.starts_with("*")) {
      pattern.remove_prefix(1);
      after_star = pattern;
      star_name = name;
      continue;
    }
    bool matches = !pattern.empty();
    if (pattern.starts_with("[")) {
      matches = TakeClass(name.front(), pattern);
    } else if (matches) {
      matches = pattern.front() == '?' || pattern.front() == name.front();
      pattern.remove_prefix(1);
    }
    if (matches) {
      name.remove_prefix(1);
    } else if (after_star) {
      star_name.remove_prefix(1);
      name = star_name;
      pattern = *after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

// Whether the names match the pattern's segments, ** taking any number of names.
bool MatchesAll(const Segments& names, size_t name, const Segments& pattern, size_t segment) {
  if (segment == pattern.size()) {
    return name == names.size();
  }
  if (pattern[segment] == "**") {
    return MatchesAll(names, name, pattern, segment + 1) ||
           (name < names.size() && MatchesAll(names, name + 1, pattern, segment));
  }
  return name < names.size() && MatchesSegment(names[name], pattern[segment]) &&
         MatchesAll(names, name + 1, pattern, segment + 1);
}

class Glob {
 public:
  Glob(io::ObjectStore& store, Segments pattern) : store_(store), pattern_(std::move(pattern)) {}

  std::vector<io::ObjectInfo> Run() {
    Walk("", 0);
    std::sort(found_.begin(), found_.end(),
              [](const auto& left, const auto& right) { return left.key < right.key; });
    return std::move(found_);
  }

 private:
  // `folder` is "" or ends in a slash; the segments from `segment` on are still to match.
  void Walk(const std::string& folder, size_t segment) {
    if (segment == pattern_.size()) {
      return;
    }
    const std::string& pattern = pattern_[segment];
    const bool last = segment + 1 == pattern_.size();
    if (pattern == "**") {
      WalkBelow(folder, segment);
    } else if (!duckdb::FileSystem::HasGlob(pattern)) {
      last ? TakeObject(folder + pattern) : Walk(folder + pattern + "/", segment + 1);
    } else {
      WalkFolder(folder, segment, last);
    }
  }

  void TakeObject(const std::string& key) {
    if (auto info = store_.Head(key)) {
      found_.push_back(std::move(*info));
    }
  }

  void WalkBelow(const std::string& folder, size_t segment) {
    for (io::ObjectInfo& object : io::ListAll(store_, folder)) {
      const Segments names = Split(std::string_view(object.key).substr(folder.size()));
      if (MatchesAll(names, 0, pattern_, segment)) {
        found_.push_back(std::move(object));
      }
    }
  }

  void WalkFolder(const std::string& folder, size_t segment, bool last) {
    io::ListOptions options;
    options.delimited = true;
    std::optional<std::string> next = "";
    while (next) {
      options.start_after = *next;
      io::ListPage page = store_.List(folder, options);
      last ? TakeObjects(page, folder, segment) : WalkFolders(page, folder, segment);
      next = std::move(page.next_start_after);
    }
  }

  void TakeObjects(io::ListPage& page, const std::string& folder, size_t segment) {
    for (io::ObjectInfo& object : page.objects) {
      if (MatchesSegment(std::string_view(object.key).substr(folder.size()), pattern_[segment])) {
        found_.push_back(std::move(object));
      }
    }
  }

  void WalkFolders(const io::ListPage& page, const std::string& folder, size_t segment) {
    for (const std::string& below : page.folders) {
      std::string_view name = std::string_view(below).substr(folder.size());
      name.remove_suffix(1);
      if (MatchesSegment(name, pattern_[segment])) {
        Walk(below, segment + 1);
      }
    }
  }

  io::ObjectStore& store_;
  Segments pattern_;
  std::vector<io::ObjectInfo> found_;
};

}  // namespace

bool MatchesGlob(const std::string& key, const std::string& pattern) {
  return MatchesAll(Split(key), 0, Split(pattern), 0);
}

std::vector<io::ObjectInfo> GlobStore(io::ObjectStore& store, const std::string& pattern) {
  return Glob(store, Split(pattern)).Run();
}

}  // namespace laguna::engine
