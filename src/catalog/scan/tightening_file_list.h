// SPDX-License-Identifier: Apache-2.0
// The files of a scan whose filters tighten while it runs (ORDER BY with LIMIT): each is looked at
// once more right before it is opened, and left out when by then none of its rows can be wanted.
//
// Files come in the order of the list it is made of. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "catalog/scan/scan_filters.h"
#include "catalog/scan/table_file_list.h"

namespace laguna::catalog {

class TighteningFileList final : public duckdb::MultiFileList {
 public:
  // `context` outlives it.
  TighteningFileList(duckdb::ClientContext& context, std::unique_ptr<TableFileList> files,
                     ScanFilters filters);

  // The list it is made of.
  [[nodiscard]] const TableFileList& files() const { return *files_; }
  // How many were left out so far.
  [[nodiscard]] size_t left_out() const;

  duckdb::vector<duckdb::OpenFileInfo> GetAllFiles() const override;
  duckdb::FileExpandResult GetExpandResult() const override { return files_->GetExpandResult(); }
  // At most: nothing is looked at for it.
  duckdb::idx_t GetTotalFileCount() const override { return files_->GetTotalFileCount(); }
  duckdb::vector<duckdb::OpenFileInfo> GetDisplayFileList(
      duckdb::optional_idx max_files) const override;
  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(
      duckdb::ClientContext& context) const override {
    return files_->GetCardinality(context);
  }
  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override { return files_->Copy(); }

 protected:
  duckdb::OpenFileInfo GetFile(duckdb::idx_t index) const override;

 private:
  bool FindNext() const;
  void LeaveOutMore() const;

  duckdb::ClientContext& context_;
  const std::unique_ptr<TableFileList> files_;
  const ScanFilters filters_;
  mutable std::mutex mutex_;
  // Those given out.
  mutable std::vector<size_t> wanted_;
  // Those to look at, from next_ on.
  mutable std::vector<size_t> waiting_;
  mutable size_t next_ = 0;
};

}  // namespace laguna::catalog
