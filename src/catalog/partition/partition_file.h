// SPDX-License-Identifier: Apache-2.0
// The data files of one partition, one of them open at a time.
//
// Each call of Write adds a row group; when the file is as large as files of the table should be,
// the next one begins with the next row group. Any thread may write, several at once: they encode
// side by side and put their row groups down one after the other.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "catalog/write/recorded_parquet.h"
#include "catalog/write/write_target.h"
#include "duckdb/common/filename_pattern.hpp"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct PartitionedFilesPlan {
  WriteTargetPtr target;
  RecordedParquet parquet;
  // The folder that holds the partitions' folders.
  std::string folder;
  duckdb::FilenamePattern file_names;
  // Where the next file of a partition begins.
  uint64_t file_bytes_max = 0;
  // The rows of a partition stay in the order they come in.
  bool is_ordered = false;
};

// The values of the partition columns, in partition order.
using PartitionKey = std::vector<duckdb::Value>;

// The accounts of all files of one execution; any thread.
class FileAccounts {
 public:
  // Stays where it is.
  duckdb::CopyToFileInfo& Add(std::string path, duckdb::Value partition_keys);
  // No thread writes any more.
  [[nodiscard]] const std::vector<std::unique_ptr<duckdb::CopyToFileInfo>>& files() const {
    return files_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<duckdb::CopyToFileInfo>> files_;
};

// What it takes to open a file; all outlive the files.
struct FileMaking {
  const duckdb::PhysicalOperator& op;
  const PartitionedFilesPlan& plan;
  FileAccounts& accounts;
};

// A new file of the partition, for plan.parquet's functions.
duckdb::unique_ptr<duckdb::GlobalFunctionData> OpenFileOf(duckdb::ClientContext& context,
                                                          const FileMaking& making,
                                                          const PartitionKey& key);
// Whether the next row belongs into the next file.
bool IsFull(const FileMaking& making, duckdb::GlobalFunctionData& file);

class PartitionFile {
 public:
  PartitionFile(const FileMaking& making, PartitionKey key)
      : making_(making), key_(std::move(key)) {}

  [[nodiscard]] const PartitionKey& key() const { return key_; }

  // The data columns of at least one row.
  void Write(duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::ColumnDataCollection> rows);
  // No rows come any more but from threads that are about to write: the last of them ends the file.
  void Finish(duckdb::ClientContext& context);

 private:
  struct Open {
    duckdb::unique_ptr<duckdb::GlobalFunctionData> file;
    size_t writers = 0;
  };

  std::shared_ptr<Open> Enter(duckdb::ClientContext& context);
  // The last one that leaves a full file ends it.
  void Leave(duckdb::ClientContext& context, const std::shared_ptr<Open>& open);
  void End(duckdb::ClientContext& context, Open& open);

  const FileMaking& making_;
  const PartitionKey key_;
  std::mutex mutex_;
  // Takes row groups; a full one stays with those who still write to it.
  std::shared_ptr<Open> open_;
  bool finished_ = false;
};

}  // namespace laguna::catalog
