// SPDX-License-Identifier: Apache-2.0
// The entries of one folder while a listing (io/folder_listing.h) reads them, and what the file
// system says of the files among them.
//
// A table's folder may hold hundreds of thousands, so other threads look at full batches of files
// while more entries are read. Belongs to one thread; the others end before it does.
#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/folder_at_hand.h"
#include "io/object_store.h"

namespace laguna::io {

struct FolderEntry {
  // That of a folder ends with a slash.
  std::string key;
  // Then nothing in `file` says that there is none.
  bool is_looked_at = false;
  std::optional<ObjectInfo> file = {};

  friend bool operator<(const FolderEntry& left, const FolderEntry& right) {
    return left.key < right.key;
  }
};

class FolderEntries {
 public:
  // `root`, which keys are below, outlives it. `looks_early`: all entries are wanted, so files may
  // be looked at before the last entry is known.
  FolderEntries(const std::string& root, bool looks_early)
      : root_(root), looks_early_(looks_early) {}

  void Add(std::string key);
  [[nodiscard]] size_t size() const { return size_; }
  // All of them, in order of their keys; none is left. Fails as FileAt does.
  std::vector<FolderEntry> TakeSorted();

 private:
  struct Batch {
    // As they came; then, sorted, with what is known of them.
    std::vector<std::string> keys;
    std::vector<FolderEntry> entries;
  };

  static void Sort(Batch& batch);
  // Gives the last batch to a thread, which sorts it and looks at its files.
  void HandOver();

  const std::string& root_;
  const bool looks_early_;
  size_t size_ = 0;
  // Each but the last is one thread's, until that is done. They stay where they are.
  std::deque<Batch> batches_;
  std::deque<std::future<void>> running_;
};

// Looks at the files among `entries` that were not looked at, on several threads where the entries
// are many; does nothing where they are few.
void LookAhead(const std::string& root, std::vector<FolderEntry>& entries);

// The absolute path of a key below `root`.
std::string PathBelow(const std::string& root, std::string_view key);
// Nothing for one that is gone since it was listed, a link that leads nowhere, and what is no file.
// PermissionDenied where its folder may not be entered.
std::optional<ObjectInfo> FileAt(const std::string& root, const std::string& key,
                                 FolderAtHand& at_hand);

}  // namespace laguna::io
