// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/table_file_list.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "catalog/column_value/generated_filter.h"
#include "catalog/scan/file_pruning.h"
#include "catalog/scan/scan_filters.h"
#include "catalog/scan/scan_read.h"
#include "catalog/scan/tightening_file_list.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/storage/statistics/node_statistics.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

// A guess for files whose log entry gives no row count.
constexpr int64_t kBytesPerRow = 64;
// A log may claim any number; sums stay below this.
constexpr uint64_t kRowsMax = std::numeric_limits<int64_t>::max();

std::vector<size_t> AllNumbers(size_t count) {
  std::vector<size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  return numbers;
}

}  // namespace

size_t FileNumberOf(const duckdb::OpenFileInfo& file) {
  return file.extended_info->options.at(kFileNumberOption).GetValue<uint64_t>();
}

duckdb::OpenFileInfo OpenFileInfoOf(const ScanFiles& files, size_t number) {
  duckdb::OpenFileInfo info(files.LocationOf(number));
  info.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
  info.extended_info->options[kFileNumberOption] = duckdb::Value::UBIGINT(number);
  return info;
}

TableFileList::TableFileList(std::shared_ptr<ScanFiles> files)
    : files_(std::move(files)), kept_(AllNumbers(files_->size())) {}

TableFileList::TableFileList(std::shared_ptr<ScanFiles> files, std::vector<size_t> kept,
                             PrunedFiles pruned)
    : files_(std::move(files)), kept_(std::move(kept)), pruned_(pruned) {}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::ComplexFilterPushdown(
    duckdb::ClientContext& context, const duckdb::MultiFileOptions&,
    duckdb::MultiFilePushdownInfo& info,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::MultiFileList> {
    const ScanColumns columns{files_.get(), info.table_index, info.column_ids};
    if (const auto& read = files_->read()) {
      read->Require(info.table_index, info.column_ids, filters);
    }
    auto pruned = pruned_;
    auto by_partition =
        PruneByPartition(context, columns, kept_, filters, info.extra_info.file_filters);
    by_partition = PruneByGenerated(context, columns, std::move(by_partition), filters,
                                    info.extra_info.file_filters);
    pruned.by_partition += kept_.size() - by_partition.size();
    auto kept = PruneByStatistics(context, columns, by_partition, filters);
    pruned.by_statistics += by_partition.size() - kept.size();
    if (kept.size() == kept_.size()) return nullptr;
    return duckdb::make_uniq<TableFileList>(files_, std::move(kept), pruned);
  });
}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::DynamicFilterPushdown(
    duckdb::ClientContext& context, const duckdb::MultiFileOptions&,
    const duckdb::vector<duckdb::string>&, const duckdb::vector<duckdb::LogicalType>&,
    const duckdb::vector<duckdb::column_t>& column_ids, duckdb::TableFilterSet& filters) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::MultiFileList> {
    ScanFilters scan_filters(*files_, column_ids, filters);
    if (const auto& read = files_->read()) read->RequireAtStart(column_ids, scan_filters.Lasting());
    auto kept = scan_filters.Keep(context, kept_);
    auto pruned = pruned_;
    pruned.by_join += kept_.size() - kept.size();
    const auto is_less = kept.size() < kept_.size();
    const auto changes = scan_filters.ChangeWhileScanning();
    if (!is_less && !changes) return nullptr;
    if (!changes) return duckdb::make_uniq<TableFileList>(files_, std::move(kept), pruned);
    return duckdb::make_uniq<TighteningFileList>(
        context, std::make_unique<TableFileList>(files_, std::move(kept), pruned),
        std::move(scan_filters));
  });
}

std::optional<uint64_t> TableFileList::ExactRows() const {
  if (kept_.size() == files_->size()) return files_->view().files.total_rows();
  uint64_t rows = 0;
  for (const auto number : kept_) {
    const auto of_file = files_->RowsOf(number);
    // More rows than the engine counts are no count of rows.
    if (!of_file || *of_file > kRowsMax - rows) return std::nullopt;
    rows += *of_file;
  }
  return rows;
}

duckdb::unique_ptr<duckdb::NodeStatistics> TableFileList::GetCardinality(
    duckdb::ClientContext&) const {
  if (const auto exact = ExactRows()) return duckdb::make_uniq<duckdb::NodeStatistics>(*exact);
  uint64_t rows = 0;
  for (const auto number : kept_) {
    const auto bytes = std::max<int64_t>(files_->view().files.at(number).size_bytes(), 0);
    const auto of_file =
        files_->RowsOf(number).value_or(static_cast<uint64_t>(bytes / kBytesPerRow));
    rows += std::min(of_file, kRowsMax - rows);
  }
  return duckdb::make_uniq<duckdb::NodeStatistics>(rows);
}

duckdb::vector<duckdb::OpenFileInfo> TableFileList::GetAllFiles() const {
  duckdb::vector<duckdb::OpenFileInfo> result;
  result.reserve(kept_.size());
  for (size_t index = 0; index < kept_.size(); ++index) result.push_back(GetFile(index));
  return result;
}

// The engine reads one file with as many threads as it has row groups, if it has opened it before;
// these are not opened before the scan. So one is many, and gets all threads.
duckdb::FileExpandResult TableFileList::GetExpandResult() const {
  return kept_.empty() ? duckdb::FileExpandResult::NO_FILES
                       : duckdb::FileExpandResult::MULTIPLE_FILES;
}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::Copy() const {
  return duckdb::make_uniq<TableFileList>(files_, kept_, pruned_);
}

duckdb::OpenFileInfo TableFileList::GetFile(duckdb::idx_t index) const {
  if (index >= kept_.size()) return {};
  return engine::Guarded([&] { return OpenFileInfoOf(*files_, kept_[index]); });
}

}  // namespace laguna::catalog
