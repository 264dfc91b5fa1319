// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/purged_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "catalog/optimize/dropped_columns.h"
#include "catalog/scan/parquet_footer.h"
#include "catalog/scan/scan_files.h"
#include "duckdb/main/client_context.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

// Reading a footer is waiting, mostly; each of them keeps one footer in memory.
constexpr size_t kThreadsMax = 8;

Error NoFooter(const std::string& file) {
  return Error(ErrorKind::kCorrupt, "optimize.footer",
               fmt::format("Data file {} has no Parquet footer that can be read, so nobody can say "
                           "whether it holds columns that were dropped.",
                           file))
      .Hint("Bring the file back from a backup, or purge other partitions with WHERE.")
      .With("file", file);
}

class FooterSearch {
 public:
  FooterSearch(duckdb::ClientContext& context, const TableViewPtr& view, io::ObjectStore& store,
               std::vector<size_t> numbers)
      : context_(context),
        view_(*view),
        files_(view, store),
        numbers_(std::move(numbers)),
        found_(std::make_shared<delta::FilePaths>()) {}

  delta::FilePathsPtr Run() {
    {
      std::vector<std::jthread> threads;
      try {
        while (threads.size() + 1 < std::min(kThreadsMax, numbers_.size())) {
          threads.emplace_back([this] { Work(); });
        }
      } catch (const std::system_error&) {
        // No more threads to be had: those there are, and this one, do the work.
      }
      Work();
    }
    if (failure_) std::rethrow_exception(failure_);
    return found_->empty() ? nullptr : std::move(found_);
  }

 private:
  void Work() {
    try {
      for (size_t at = next_++; at < numbers_.size(); at = next_++) Look(numbers_[at]);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::make_exception_ptr(engine::CurrentError());
      next_ = numbers_.size();
    }
  }

  void Look(size_t number) {
    if (context_.IsInterrupted()) {
      throw Error(ErrorKind::kCancelled, "engine.cancelled", "The statement was cancelled.");
    }
    const std::string location = files_.LocationOf(number);
    const auto columns =
        ParseParquetColumns(ReadParquetFooter(context_, duckdb::OpenFileInfo(location)));
    if (!columns) throw NoFooter(location);
    if (!HasDroppedColumns(*columns, view_.metadata)) return;
    const std::lock_guard lock(mutex_);
    found_->emplace(view_.files.at(number).path());
  }

  duckdb::ClientContext& context_;
  const TableView& view_;
  const ScanFiles files_;
  const std::vector<size_t> numbers_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  // Behind the mutex while threads run, as what follows.
  std::exception_ptr failure_;
  std::shared_ptr<delta::FilePaths> found_;
};

}  // namespace

delta::FilePathsPtr FilesWithDroppedColumns(duckdb::ClientContext& context,
                                            const TableViewPtr& view, io::ObjectStore& store,
                                            const std::vector<delta::Partition>& partitions) {
  if (!MayHaveDroppedColumns(view->metadata)) return nullptr;
  std::vector<size_t> numbers;
  for (const delta::Partition& partition : partitions) {
    for (const size_t number : partition.files) {
      if (!view->files.at(number).has_deletion_vector()) numbers.push_back(number);
    }
  }
  return FooterSearch(context, view, store, std::move(numbers)).Run();
}

}  // namespace laguna::catalog
