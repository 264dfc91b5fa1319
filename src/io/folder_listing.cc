// SPDX-License-Identifier: Apache-2.0
#include "io/folder_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <future>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "io/file_error.h"
#include "io/file_info.h"
#include "io/folder_at_hand.h"
#include "io/temporary_file.h"

namespace laguna::io {
namespace {

// So many entries of a folder are looked at on several threads: a table's folder may hold hundreds
// of thousands.
constexpr size_t kSharedEntriesMin = 4096;
constexpr size_t kThreadsMax = 4;

// Calls `work` with the bounds of slices of 0 .. count-1, on several threads, and throws what one
// of them threw.
void ForSlices(size_t count, const std::function<void(size_t begin, size_t end)>& work) {
  const size_t slices = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadsMax);
  const size_t each = (count + slices - 1) / slices;
  std::vector<std::future<void>> others;
  size_t next = each;
  try {
    for (; next < count; next += each) {
      others.push_back(std::async(std::launch::async, work, next, std::min(next + each, count)));
    }
  } catch (const std::system_error&) {
    // No more threads to be had: the rest is done here.
  }
  work(0, std::min(each, count));
  if (next < count) work(next, count);
  for (std::future<void>& other : others) other.get();
}

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

  std::string PathOf(std::string_view key) const {
    std::string path;
    path.reserve(root_.size() + 1 + key.size());
    path += root_;
    if (!root_.ends_with('/')) path += '/';
    path += key;
    return path;
  }

  void VisitFolder(const std::string& folder) {
    std::string after;
    bool complete = false;
    while (!complete && !more_) {
      std::vector<std::string> entries = ReadEntries(folder, after);
      complete = entries.size() < EntriesMax();
      std::vector<std::optional<ObjectInfo>> files = LookAhead(entries);
      for (size_t i = 0; i < entries.size(); ++i) {
        if (more_) return;
        VisitEntry(entries[i], files.empty() ? nullptr : &files[i]);
      }
      if (!complete) after = entries.back();
    }
  }

  // The files among many entries; empty, and each is looked at in its turn, for few.
  std::vector<std::optional<ObjectInfo>> LookAhead(const std::vector<std::string>& entries) const {
    std::vector<std::optional<ObjectInfo>> files;
    if (entries.size() < kSharedEntriesMin) return files;
    files.resize(entries.size());
    ForSlices(entries.size(), [&](size_t begin, size_t end) {
      FolderAtHand at_hand;
      for (size_t i = begin; i < end; ++i) {
        if (!entries[i].ends_with('/')) files[i] = FileAt(entries[i], at_hand);
      }
    });
    return files;
  }

  // `known`: what LookAhead says of it.
  void VisitEntry(const std::string& key, std::optional<ObjectInfo>* known) {
    if (!key.ends_with('/')) {
      std::optional<ObjectInfo> file = known != nullptr ? std::move(*known) : FileAt(key, at_hand_);
      if (!file) return;
      if (HasRoom()) page_.objects.push_back(*std::move(file));
    } else if (options_.delimited) {
      if (HasRoom()) page_.folders.push_back(key);
    } else {
      Descend(key);
      return;
    }
    if (!more_) last_ = key;
  }

  // Nothing for one that is gone since it was listed, a link that leads nowhere, and what is no
  // file.
  std::optional<ObjectInfo> FileAt(const std::string& key, FolderAtHand& at_hand) const {
    const std::string path = PathOf(key);
    const auto [folder, name] = at_hand.Find(path);
    if (folder < 0 && errno != ENOENT && errno != ENOTDIR) {
      throw FileError(errno, "list the folder", at_hand.folder());
    }
    struct stat status {};
    if (folder < 0 || ::fstatat(folder, name, &status, 0) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return InfoOfFile(key, status);
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
  std::vector<std::string> ReadEntries(const std::string& folder, const std::string& after) {
    CheckCall(call_, fmt::format("listing '{}'", PathOf(folder)));
    std::vector<std::string> smallest;
    DIR* stream = ::opendir(PathOf(folder).c_str());
    if (stream == nullptr && (errno == ENOENT || errno == ENOTDIR)) return smallest;
    if (stream == nullptr) throw FileError(errno, "list the folder", PathOf(folder));
    OpenFolder open(stream);
    while (const dirent* entry = Next(open, folder)) {
      std::optional<std::string> key = KeyOf(open, folder, *entry);
      if (!key || *key <= after || !MayLeadToListed(*key) || !IsWanted(*key)) continue;
      TakeSmall(std::move(*key), smallest);
    }
    std::sort(smallest.begin(), smallest.end());
    return smallest;
  }

  // A heap once there are as many as may be; most folders have fewer.
  void TakeSmall(std::string key, std::vector<std::string>& smallest) const {
    if (smallest.size() == EntriesMax()) {
      if (smallest.front() < key) return;
      std::pop_heap(smallest.begin(), smallest.end());
      smallest.back() = std::move(key);
      std::push_heap(smallest.begin(), smallest.end());
      return;
    }
    smallest.push_back(std::move(key));
    if (smallest.size() == EntriesMax()) std::make_heap(smallest.begin(), smallest.end());
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
