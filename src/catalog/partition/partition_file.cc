// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_file.h"

#include <utility>

#include "duckdb/common/file_system.hpp"
#include "duckdb/common/hive_partitioning.hpp"
#include "duckdb/function/copy_function.hpp"

namespace laguna::catalog {
namespace {

using duckdb::Value;

std::string PathFor(duckdb::ClientContext& context, const PartitionedFilesPlan& plan,
                    const PartitionKey& key) {
  using duckdb::HivePartitioning;
  const auto partition_columns = plan.target->PartitionColumns();
  std::string folder = plan.folder;
  for (size_t i = 0; i < key.size(); ++i) {
    const WriteColumn& column = plan.target->columns[partition_columns[i]];
    folder += "/" + HivePartitioning::Escape(column.physical_name) + "=";
    folder += key[i].IsNull() ? "__HIVE_DEFAULT_PARTITION__"
                              : HivePartitioning::Escape(key[i].ToString());
  }
  auto& file_system = duckdb::FileSystem::GetFileSystem(context);
  return plan.file_names.CreateFilename(file_system, folder, "parquet", 0);
}

// As DuckDB's own writer of partitions tells them.
Value KeysOf(const WriteTarget& target, const PartitionKey& key) {
  const auto partition_columns = target.PartitionColumns();
  duckdb::vector<Value> names;
  duckdb::vector<Value> texts;
  for (size_t i = 0; i < key.size(); ++i) {
    names.emplace_back(target.columns[partition_columns[i]].physical_name);
    texts.push_back(key[i].DefaultCastAs(duckdb::LogicalType::VARCHAR));
  }
  return Value::MAP(duckdb::LogicalType::VARCHAR, duckdb::LogicalType::VARCHAR, std::move(names),
                    std::move(texts));
}

}  // namespace

duckdb::CopyToFileInfo& FileAccounts::Add(std::string path, Value partition_keys) {
  auto info = std::make_unique<duckdb::CopyToFileInfo>(std::move(path));
  info->file_stats = duckdb::make_uniq<duckdb::CopyFunctionFileStatistics>();
  info->partition_keys = std::move(partition_keys);
  const std::lock_guard lock(mutex_);
  files_.push_back(std::move(info));
  return *files_.back();
}

duckdb::unique_ptr<duckdb::GlobalFunctionData> OpenFileOf(duckdb::ClientContext& context,
                                                          const FileMaking& making,
                                                          const PartitionKey& key) {
  const auto& function = making.plan.parquet.function;
  auto& bind_data = *making.plan.parquet.bind_data;
  duckdb::CopyToFileInfo& info =
      making.accounts.Add(PathFor(context, making.plan, key), KeysOf(*making.plan.target, key));
  auto file = function.copy_to_initialize_global(context, bind_data, info.file_path);
  function.copy_to_get_written_statistics(context, bind_data, *file, *info.file_stats);
  function.initialize_operator(*file, making.op);
  return file;
}

bool IsFull(const FileMaking& making, duckdb::GlobalFunctionData& file) {
  return making.plan.parquet.function.rotate_next_file(
      file, *making.plan.parquet.bind_data, duckdb::optional_idx(making.plan.file_bytes_max));
}

void PartitionFile::Write(duckdb::ClientContext& context,
                          duckdb::unique_ptr<duckdb::ColumnDataCollection> rows) {
  const auto& function = making_.plan.parquet.function;
  auto& bind_data = *making_.plan.parquet.bind_data;
  const auto open = Enter(context);
  const auto group = function.prepare_batch(context, bind_data, *open->file, std::move(rows));
  function.flush_batch(context, bind_data, *open->file, *group);
  Leave(context, open);
}

std::shared_ptr<PartitionFile::Open> PartitionFile::Enter(duckdb::ClientContext& context) {
  const std::lock_guard lock(mutex_);
  if (!open_) {
    open_ = std::make_shared<Open>();
    open_->file = OpenFileOf(context, making_, key_);
  }
  ++open_->writers;
  return open_;
}

void PartitionFile::Leave(duckdb::ClientContext& context, const std::shared_ptr<Open>& open) {
  {
    const std::lock_guard lock(mutex_);
    --open->writers;
    if (open_ == open && (finished_ || IsFull(making_, *open->file))) open_.reset();
    if (open_ == open || open->writers > 0) return;
  }
  End(context, *open);
}

void PartitionFile::Finish(duckdb::ClientContext& context) {
  std::shared_ptr<Open> open;
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    if (!open_ || open_->writers > 0) return;
    open = std::move(open_);
  }
  End(context, *open);
}

void PartitionFile::End(duckdb::ClientContext& context, Open& open) {
  making_.plan.parquet.function.copy_to_finalize(context, *making_.plan.parquet.bind_data,
                                                 *open.file);
  open.file.reset();
}

}  // namespace laguna::catalog
