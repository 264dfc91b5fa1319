// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/tightening_file_list.h"

#include <algorithm>
#include <span>
#include <utility>

#include "duckdb/main/client_context.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

TighteningFileList::TighteningFileList(duckdb::ClientContext& context,
                                       std::unique_ptr<TableFileList> files, ScanFilters filters)
    : context_(context),
      files_(std::move(files)),
      filters_(std::move(filters)),
      waiting_(files_->kept()) {}

size_t TighteningFileList::left_out() const {
  const std::lock_guard lock(mutex_);
  return next_ - wanted_.size();
}

bool TighteningFileList::FindNext() const {
  while (next_ < waiting_.size()) {
    const auto number = waiting_[next_++];
    if (!filters_.Keep(context_, {&number, 1}).empty()) {
      wanted_.push_back(number);
      return true;
    }
    LeaveOutMore();
  }
  return false;
}

// Where one is out, those after it probably are: many at once cost little more than one.
void TighteningFileList::LeaveOutMore() const {
  const auto count = std::min<size_t>(STANDARD_VECTOR_SIZE, waiting_.size() - next_);
  const auto batch = std::span(waiting_).subspan(next_, count);
  const auto kept = filters_.Keep(context_, batch);
  std::ranges::copy(kept, batch.end() - static_cast<std::ptrdiff_t>(kept.size()));
  next_ += count - kept.size();
}

duckdb::OpenFileInfo TighteningFileList::GetFile(duckdb::idx_t index) const {
  return engine::Guarded([&]() -> duckdb::OpenFileInfo {
    const std::lock_guard lock(mutex_);
    while (wanted_.size() <= index) {
      if (!FindNext()) return {};
    }
    return OpenFileInfoOf(files_->files(), wanted_[index]);
  });
}

duckdb::vector<duckdb::OpenFileInfo> TighteningFileList::GetAllFiles() const {
  duckdb::vector<duckdb::OpenFileInfo> files;
  for (size_t index = 0;; ++index) {
    auto file = GetFile(index);
    if (file.path.empty()) return files;
    files.push_back(std::move(file));
  }
}

// Those given out so far: to show files is no reason to look at more of them.
duckdb::vector<duckdb::OpenFileInfo> TighteningFileList::GetDisplayFileList(
    duckdb::optional_idx max_files) const {
  return engine::Guarded([&] {
    const std::lock_guard lock(mutex_);
    duckdb::vector<duckdb::OpenFileInfo> files;
    for (const auto number : wanted_) {
      if (max_files.IsValid() && files.size() >= max_files.GetIndex()) break;
      files.push_back(OpenFileInfoOf(files_->files(), number));
    }
    return files;
  });
}

}  // namespace laguna::catalog
