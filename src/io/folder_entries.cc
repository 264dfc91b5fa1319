// SPDX-License-Identifier: Apache-2.0
#include "io/folder_entries.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include "io/file_error.h"
#include "io/file_info.h"

namespace laguna::io {
namespace {

// So many entries are worth a thread.
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

void LookAtEach(const std::string& root, std::span<FolderEntry> entries) {
  FolderAtHand at_hand;
  for (FolderEntry& entry : entries) {
    if (entry.is_looked_at || entry.key.ends_with('/')) continue;
    entry.file = FileAt(root, entry.key, at_hand);
    entry.is_looked_at = true;
  }
}

}  // namespace

void FolderEntries::Add(std::string key) {
  if (batches_.empty()) batches_.emplace_back();
  batches_.back().keys.push_back(std::move(key));
  ++size_;
  if (looks_early_ && batches_.back().keys.size() == kSharedEntriesMin) HandOver();
}

void FolderEntries::Sort(Batch& batch) {
  // Before they are entries, which are larger.
  std::ranges::sort(batch.keys);
  batch.entries.reserve(batch.keys.size());
  for (std::string& key : batch.keys) batch.entries.push_back({std::move(key)});
  batch.keys = {};
}

void FolderEntries::HandOver() {
  if (running_.size() == kThreadsMax) {
    running_.front().get();
    running_.pop_front();
  }
  const auto work = [this, &batch = batches_.back()] {
    Sort(batch);
    LookAtEach(root_, batch.entries);
  };
  try {
    running_.push_back(std::async(std::launch::async, work));
  } catch (const std::system_error&) {
    // No thread to be had.
    work();
  }
  batches_.emplace_back();
}

std::vector<FolderEntry> FolderEntries::TakeSorted() {
  for (std::future<void>& thread : std::exchange(running_, {})) thread.get();
  if (!batches_.empty()) Sort(batches_.back());
  // What is left of every batch, as a heap.
  std::vector<std::span<FolderEntry>> rests;
  const auto is_behind = [](const auto& left, const auto& right) {
    return right.front() < left.front();
  };
  for (Batch& batch : batches_) {
    if (!batch.entries.empty()) rests.emplace_back(batch.entries);
  }
  std::ranges::make_heap(rests, is_behind);
  std::vector<FolderEntry> all;
  all.reserve(std::exchange(size_, 0));
  while (!rests.empty()) {
    std::ranges::pop_heap(rests, is_behind);
    all.push_back(std::move(rests.back().front()));
    rests.back() = rests.back().subspan(1);
    if (rests.back().empty()) {
      rests.pop_back();
    } else {
      std::ranges::push_heap(rests, is_behind);
    }
  }
  batches_.clear();
  return all;
}

void LookAhead(const std::string& root, std::vector<FolderEntry>& entries) {
  if (entries.size() < kSharedEntriesMin) return;
  ForSlices(entries.size(), [&](size_t begin, size_t end) {
    LookAtEach(root, std::span(entries).subspan(begin, end - begin));
  });
}

std::string PathBelow(const std::string& root, std::string_view key) {
  std::string path;
  path.reserve(root.size() + 1 + key.size());
  path += root;
  if (!root.ends_with('/')) path += '/';
  path += key;
  return path;
}

std::optional<ObjectInfo> FileAt(const std::string& root, const std::string& key,
                                 FolderAtHand& at_hand) {
  const std::string path = PathBelow(root, key);
  const auto [folder, name] = at_hand.Find(path);
  if (folder < 0 && errno != ENOENT && errno != ENOTDIR) {
    throw FileError(errno, "list the folder", at_hand.folder());
  }
  struct stat status {};
  if (folder < 0 || ::fstatat(folder, name, &status, 0) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return InfoOfFile(key, status);
}

}  // namespace laguna::io
