// SPDX-License-Identifier: Apache-2.0
#include "io/folder_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "io/file_error.h"
#include "io/folder_at_hand.h"
#include "io/folder_entries.h"
#include "io/temporary_file.h"

namespace laguna::io {
namespace {

// Keys of a folder `a` begin with "a/", so a folder sorts among its siblings by its name with the
// slash ("a.txt" before "a/"). Walking the entries in that order yields keys in byte order. A
// folder may hold millions of names: only the smallest that can fill a page are kept at a time.
class Walk final {
 public:
  Walk(const std::string& root, const std::string& prefix, const ListOptions& options,
       const Call& call)
      : root_(root), prefix_(prefix), options_(options), call_(call) {}

  ListPage Run() {
    size_t slash = prefix_.rfind('/');
    VisitFolder(slash == std::string::npos ? "" : prefix_.substr(0, slash + 1));
    if (more_) page_.next_start_after = std::move(last_);
    return std::move(page_);
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;

  struct OpenFolder {
    explicit OpenFolder(DIR* opened) : stream(opened) {}
    OpenFolder(const OpenFolder&) = delete;
    OpenFolder& operator=(const OpenFolder&) = delete;
    ~OpenFolder() { ::closedir(stream); }
    DIR* const stream;
  };

  std::string PathOf(std::string_view key) const { return PathBelow(root_, key); }

  void VisitFolder(const std::string& folder) {
    std::string after;
    bool complete = false;
    while (!complete && !more_) {
      std::vector<FolderEntry> entries = ReadEntries(folder, after);
      complete = entries.size() < EntriesMax();
      LookAhead(root_, entries);
      for (FolderEntry& entry : entries) {
        if (more_) return;
        VisitEntry(entry);
      }
      if (!complete) after = std::move(entries.back().key);
    }
  }

  void VisitEntry(FolderEntry& entry) {
    const std::string& key = entry.key;
    if (!key.ends_with('/')) {
      if (!entry.is_looked_at) entry.file = FileAt(root_, key, at_hand_);
      if (!entry.file) return;
      if (HasRoom()) page_.objects.push_back(*std::move(entry.file));
    } else if (options_.delimited) {
      if (HasRoom()) page_.folders.push_back(key);
    } else {
      Descend(key);
      return;
    }
    if (!more_) last_ = key;
  }

  void Descend(const std::string& folder) {
    struct stat status {};
    if (::stat(PathOf(folder).c_str(), &status) != 0) return;
    Identity identity{status.st_dev, status.st_ino};
    if (std::find(ancestors_.begin(), ancestors_.end(), identity) != ancestors_.end()) return;
    ancestors_.push_back(identity);
    VisitFolder(folder);
    ancestors_.pop_back();
  }

  // False, and the page is over, when it is full.
  bool HasRoom() {
    more_ = page_.objects.size() + page_.folders.size() == options_.page_max;
    return !more_;
  }

  size_t EntriesMax() const { return std::max<size_t>(options_.page_max, 64) + 1; }

  // The smallest keys of the entries of `folder`, greater than `after`, that may lead to something
  // listed, in order; folders end with a slash. All of them when fewer than EntriesMax().
  std::vector<FolderEntry> ReadEntries(const std::string& folder, const std::string& after) {
    CheckCall(call_, fmt::format("listing '{}'", PathOf(folder)));
    DIR* stream = ::opendir(PathOf(folder).c_str());
    if (stream == nullptr && (errno == ENOENT || errno == ENOTDIR)) return {};
    if (stream == nullptr) throw FileError(errno, "list the folder", PathOf(folder));
    OpenFolder open(stream);
    // Of a folder that does not fit into one page most files would be looked at in vain.
    FolderEntries entries(root_, options_.start_after.empty() && after.empty());
    std::vector<FolderEntry> smallest;
    while (const dirent* entry = Next(open, folder)) {
      std::optional<std::string> key = KeyOf(open, folder, *entry);
      if (!key || *key <= after || !MayLeadToListed(*key) || !IsWanted(*key)) continue;
      TakeSmall(std::move(*key), entries, smallest);
    }
    if (smallest.empty()) return entries.TakeSorted();
    std::sort_heap(smallest.begin(), smallest.end());
    return smallest;
  }

  // `smallest` is a heap once there are as many as may be; most folders have fewer.
  void TakeSmall(std::string key, FolderEntries& entries,
                 std::vector<FolderEntry>& smallest) const {
    if (smallest.empty()) {
      entries.Add(std::move(key));
      if (entries.size() < EntriesMax()) return;
      smallest = entries.TakeSorted();
      std::make_heap(smallest.begin(), smallest.end());
    } else if (key < smallest.front().key) {
      std::pop_heap(smallest.begin(), smallest.end());
      smallest.back() = {std::move(key)};
      std::push_heap(smallest.begin(), smallest.end());
    }
  }

  const dirent* Next(const OpenFolder& open, const std::string& folder) {
    errno = 0;
    const dirent* entry = ::readdir(open.stream);
    if (entry == nullptr && errno != 0 && errno != ENOENT) {
      throw FileError(errno, "list the folder", PathOf(folder));
    }
    return entry;
  }

  // Nothing for what is never listed.
  std::optional<std::string> KeyOf(const OpenFolder& open, const std::string& folder,
                                   const dirent& entry) {
    std::string_view name = entry.d_name;
    if (name == "." || name == ".." || TemporaryFile::IsName(name)) return std::nullopt;
    if (entry.d_type == DT_REG) return folder + entry.d_name;
    if (entry.d_type == DT_DIR) return fmt::format("{}{}/", folder, name);
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return std::nullopt;
    struct stat status {};
    if (::fstatat(::dirfd(open.stream), entry.d_name, &status, 0) != 0) return std::nullopt;
    if (S_ISREG(status.st_mode)) return folder + entry.d_name;
    if (S_ISDIR(status.st_mode)) return fmt::format("{}{}/", folder, name);
    return std::nullopt;
  }

  bool MayLeadToListed(const std::string& key) const {
    if (!key.starts_with(prefix_)) return false;
    if (key > options_.start_after) return true;
    return key.ends_with('/') && !options_.delimited && options_.start_after.starts_with(key);
  }

  bool IsWanted(std::string_view key) const {
    return !options_.wanted || options_.wanted(key.substr(prefix_.size()));
  }

  const std::string& root_;
  const std::string& prefix_;
  const ListOptions& options_;
  const Call& call_;
  ListPage page_;
  std::string last_;
  bool more_ = false;
  std::vector<Identity> ancestors_;
  FolderAtHand at_hand_;
};

}  // namespace

ListPage ListFolder(const std::string& root, const std::string& prefix, const ListOptions& options,
                    const Call& call) {
  LAGUNA_ASSERT(options.page_max > 0);
  return Walk(root, prefix, options, call).Run();
}

}  // namespace laguna::io
