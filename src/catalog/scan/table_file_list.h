// SPDX-License-Identifier: Apache-2.0
// The engine's list of files to scan: those of a table view that the filters have left.
//
// Immutable after construction, as MultiFileList demands of a list shared by threads; pruning makes
// a new one. Files are pruned by partition values and by statistics, once when the query is planned
// and once more when its scan starts (a join's build side may have told which keys can match). A
// filter on partition columns alone is done with then and is not asked of rows again.
#pragma once

#include <memory>
#include <vector>

#include "catalog/scan/scan_files.h"
#include "duckdb/common/multi_file/multi_file_list.hpp"

namespace laguna::catalog {

// Key of a file's number (ScanFiles) in OpenFileInfo's options.
inline constexpr const char* kFileNumberOption = "laguna_file_number";
size_t FileNumberOf(const duckdb::OpenFileInfo& file);
duckdb::OpenFileInfo OpenFileInfoOf(const ScanFiles& files, size_t number);

// How many files were left out, and why.
struct PrunedFiles {
  size_t by_partition = 0;
  size_t by_statistics = 0;
  // When the scan started.
  size_t by_join = 0;
};

class TableFileList final : public duckdb::MultiFileList {
 public:
  // All files.
  explicit TableFileList(std::shared_ptr<ScanFiles> files);
  // Only `kept`, in their order.
  TableFileList(std::shared_ptr<ScanFiles> files, std::vector<size_t> kept, PrunedFiles pruned);

  [[nodiscard]] ScanFiles& files() const { return *files_; }
  [[nodiscard]] const std::shared_ptr<ScanFiles>& files_ptr() const { return files_; }
  // The numbers of the files to scan.
  [[nodiscard]] const std::vector<size_t>& kept() const { return kept_; }
  [[nodiscard]] const PrunedFiles& pruned() const { return pruned_; }
  // Live rows of the files to scan; nothing when the log does not say it of all.
  [[nodiscard]] std::optional<uint64_t> ExactRows() const;

  duckdb::unique_ptr<duckdb::MultiFileList> ComplexFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      duckdb::MultiFilePushdownInfo& info,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const override;
  duckdb::unique_ptr<duckdb::MultiFileList> DynamicFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      const duckdb::vector<duckdb::string>& names, const duckdb::vector<duckdb::LogicalType>& types,
      const duckdb::vector<duckdb::column_t>& column_ids,
      duckdb::TableFilterSet& filters) const override;

  duckdb::vector<duckdb::OpenFileInfo> GetAllFiles() const override;
  duckdb::FileExpandResult GetExpandResult() const override;
  duckdb::idx_t GetTotalFileCount() const override { return kept_.size(); }
  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override;

 protected:
  duckdb::OpenFileInfo GetFile(duckdb::idx_t index) const override;

 private:
  std::shared_ptr<ScanFiles> files_;
  std::vector<size_t> kept_;
  PrunedFiles pruned_;
};

}  // namespace laguna::catalog
