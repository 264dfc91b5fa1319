// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/recorded_parquet.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/write/field_ids.h"
#include "catalog/write/file_statistics.h"
#include "delta/property_value.h"
#include "duckdb/catalog/catalog_entry/copy_function_catalog_entry.hpp"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/function/table_function.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using duckdb::idx_t;

// A leaf of FLOAT or DOUBLE: the file's column and the fields down to it.
struct FloatLeaf {
  size_t column = 0;
  std::vector<size_t> fields;
  // As the writer's statistics name it.
  std::string quoted_path;
  bool is_double = false;
};

struct RecordedBindData final : duckdb::TableFunctionData {
  RecordedBindData(duckdb::CopyFunction function, WriteTargetPtr written)
      : parquet(std::move(function)), target(std::move(written)) {}
  duckdb::CopyFunction parquet;
  duckdb::unique_ptr<duckdb::FunctionData> inner;
  WriteTargetPtr target;
  std::vector<FloatLeaf> float_leaves;
};

struct RecordedFile final : duckdb::GlobalFunctionData {
  RecordedFile(const RecordedBindData& bound, std::string file_key,
               duckdb::unique_ptr<duckdb::GlobalFunctionData> file)
      : bind_data(bound),
        target(bound.target),
        key(std::move(file_key)),
        inner(std::move(file)),
        has_nan(bound.float_leaves.size()) {}
  ~RecordedFile() override;

  // Gone when the destructor runs.
  const RecordedBindData& bind_data;
  WriteTargetPtr target;
  std::string key;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> inner;
  // One per float leaf; threads write to one file at once.
  std::vector<std::atomic<bool>> has_nan;
  duckdb::CopyFunctionFileStatistics* statistics = nullptr;
  bool finished = false;
};

// A failed statement is rolled back before its open files are given up; then only the folder made
// for them is left, which goes by a delete.
RecordedFile::~RecordedFile() {
  inner.reset();
  if (finished) return;
  try {
    const std::string keys[] = {key};
    target->catalog.environment().store.DeleteMany(keys);
  } catch (...) {
    // An empty folder is no table.
  }
}

template <class Number>
bool ContainsNan(duckdb::Vector& vector, idx_t count) {
  duckdb::UnifiedVectorFormat format;
  vector.ToUnifiedFormat(count, format);
  const auto* numbers = duckdb::UnifiedVectorFormat::GetData<Number>(format);
  for (idx_t row = 0; row < count; ++row) {
    const idx_t at = format.sel->get_index(row);
    if (format.validity.RowIsValid(at) && std::isnan(numbers[at])) return true;
  }
  return false;
}

bool ContainsNan(duckdb::Vector& column, const FloatLeaf& leaf, idx_t count) {
  const auto scan = [&](duckdb::Vector& vector) {
    return leaf.is_double ? ContainsNan<double>(vector, count) : ContainsNan<float>(vector, count);
  };
  if (leaf.fields.empty()) return scan(column);
  duckdb::Vector flat(column);
  flat.Flatten(count);
  duckdb::Vector* inner = &flat;
  for (const size_t field : leaf.fields)
    inner = duckdb::StructVector::GetEntries(*inner)[field].get();
  return scan(*inner);
}

duckdb::unique_ptr<duckdb::LocalFunctionData> InitializeLocal(duckdb::ExecutionContext& context,
                                                              duckdb::FunctionData& bind_data) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  return bound.parquet.copy_to_initialize_local(context, *bound.inner);
}

duckdb::unique_ptr<duckdb::GlobalFunctionData> InitializeFile(duckdb::ClientContext& context,
                                                              duckdb::FunctionData& bind_data,
                                                              const std::string& path) {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::GlobalFunctionData> {
    auto& bound = bind_data.Cast<RecordedBindData>();
    const WriteTarget& target = *bound.target;
    std::string key = target.root + "/" + target.RelativePath(path);
    LakeTransaction::Get(context, target.catalog).NoteDataFile(key);
    auto inner = bound.parquet.copy_to_initialize_global(context, *bound.inner, path);
    return duckdb::make_uniq<RecordedFile>(bound, std::move(key), std::move(inner));
  });
}

void InitializeOperator(duckdb::GlobalFunctionData& file, const duckdb::PhysicalOperator& op) {
  auto& recorded = file.Cast<RecordedFile>();
  if (recorded.bind_data.parquet.initialize_operator) {
    recorded.bind_data.parquet.initialize_operator(*recorded.inner, op);
  }
}

void WatchStatistics(duckdb::ClientContext& context, duckdb::FunctionData& bind_data,
                     duckdb::GlobalFunctionData& file,
                     duckdb::CopyFunctionFileStatistics& statistics) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  auto& recorded = file.Cast<RecordedFile>();
  recorded.statistics = &statistics;
  bound.parquet.copy_to_get_written_statistics(context, *bound.inner, *recorded.inner, statistics);
}

void WatchNan(const RecordedBindData& bound, RecordedFile& recorded, duckdb::DataChunk& rows) {
  for (size_t i = 0; i < bound.float_leaves.size(); ++i) {
    const FloatLeaf& leaf = bound.float_leaves[i];
    if (recorded.has_nan[i]) continue;
    if (ContainsNan(rows.data[leaf.column], leaf, rows.size())) recorded.has_nan[i] = true;
  }
}

void Sink(duckdb::ExecutionContext& context, duckdb::FunctionData& bind_data,
          duckdb::GlobalFunctionData& file, duckdb::LocalFunctionData& local,
          duckdb::DataChunk& rows) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  auto& recorded = file.Cast<RecordedFile>();
  WatchNan(bound, recorded, rows);
  bound.parquet.copy_to_sink(context, *bound.inner, *recorded.inner, local, rows);
}

duckdb::unique_ptr<duckdb::PreparedBatchData> PrepareRowGroup(
    duckdb::ClientContext& context, duckdb::FunctionData& bind_data,
    duckdb::GlobalFunctionData& file, duckdb::unique_ptr<duckdb::ColumnDataCollection> rows) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  auto& recorded = file.Cast<RecordedFile>();
  if (!bound.float_leaves.empty()) {
    for (auto& chunk : rows->Chunks()) WatchNan(bound, recorded, chunk);
  }
  return bound.parquet.prepare_batch(context, *bound.inner, *recorded.inner, std::move(rows));
}

void FlushRowGroup(duckdb::ClientContext& context, duckdb::FunctionData& bind_data,
                   duckdb::GlobalFunctionData& file, duckdb::PreparedBatchData& group) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  bound.parquet.flush_batch(context, *bound.inner, *file.Cast<RecordedFile>().inner, group);
}

void Combine(duckdb::ExecutionContext& context, duckdb::FunctionData& bind_data,
             duckdb::GlobalFunctionData& file, duckdb::LocalFunctionData& local) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  bound.parquet.copy_to_combine(context, *bound.inner, *file.Cast<RecordedFile>().inner, local);
}

void Finalize(duckdb::ClientContext& context, duckdb::FunctionData& bind_data,
              duckdb::GlobalFunctionData& file) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  auto& recorded = file.Cast<RecordedFile>();
  bound.parquet.copy_to_finalize(context, *bound.inner, *recorded.inner);
  recorded.finished = true;
  if (!recorded.statistics) return;
  for (size_t i = 0; i < bound.float_leaves.size(); ++i) {
    const auto column =
        recorded.statistics->column_statistics.find(bound.float_leaves[i].quoted_path);
    if (column == recorded.statistics->column_statistics.end() || !recorded.has_nan[i]) continue;
    column->second["has_nan"] = duckdb::Value::BOOLEAN(true);
  }
}

bool RotateFiles(duckdb::FunctionData& bind_data, const duckdb::optional_idx& file_size_bytes) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  return bound.parquet.rotate_files(*bound.inner, file_size_bytes);
}

bool RotateNextFile(duckdb::GlobalFunctionData& file, duckdb::FunctionData& bind_data,
                    const duckdb::optional_idx& file_size_bytes) {
  auto& bound = bind_data.Cast<RecordedBindData>();
  return bound.parquet.rotate_next_file(*file.Cast<RecordedFile>().inner, *bound.inner,
                                        file_size_bytes);
}

void AddFloatLeaves(const delta::DataType& type, FloatLeaf leaf, delta::ColumnPath path,
                    std::vector<FloatLeaf>& leaves) {
  const delta::StructType* fields = type.AsStruct();
  if (!fields) {
    leaf.is_double = type.Is(delta::Primitive::kDouble);
    leaf.quoted_path = QuotedPath(path);
    if (leaf.is_double || type.Is(delta::Primitive::kFloat)) leaves.push_back(std::move(leaf));
    return;
  }
  for (size_t i = 0; i < fields->fields.size(); ++i) {
    FloatLeaf inner = leaf;
    inner.fields.push_back(i);
    delta::ColumnPath inner_path = path;
    inner_path.push_back(fields->fields[i].PhysicalName());
    AddFloatLeaves(fields->fields[i].type, std::move(inner), std::move(inner_path), leaves);
  }
}

std::vector<FloatLeaf> FloatLeavesOf(const WriteTarget& target) {
  std::vector<FloatLeaf> leaves;
  size_t position = 0;
  for (const WriteColumn& column : target.columns) {
    if (column.is_partition) continue;
    AddFloatLeaves(column.delta_type, {position++, {}, {}, false}, {column.physical_name}, leaves);
  }
  return leaves;
}

std::string CodecOf(const delta::Properties& properties) {
  const auto codec = properties.find("delta.parquet.compression.codec");
  if (codec == properties.end()) return "snappy";
  std::string name = delta::LowerAscii(codec->second);
  return name == "none" ? "uncompressed" : name;
}

}  // namespace

RecordedParquet BindParquet(duckdb::ClientContext& context, const WriteTargetPtr& target) {
  const auto& entry =
      duckdb::Catalog::GetSystemCatalog(context).GetEntry<duckdb::CopyFunctionCatalogEntry>(
          context, DEFAULT_SCHEMA, "parquet");
  RecordedParquet recorded{entry.function, nullptr, CodecOf(target->metadata.configuration)};

  duckdb::vector<std::string> names;
  duckdb::vector<duckdb::LogicalType> types;
  for (const WriteColumn& column : target->columns) {
    if (column.is_partition) continue;
    names.push_back(column.physical_name);
    types.push_back(column.file_type);
  }
  duckdb::CopyInfo info;
  info.format = "parquet";
  info.options["compression"] = {duckdb::Value(recorded.codec)};
  if (const auto ids = FieldIdsOf(*target)) info.options["field_ids"] = {*ids};
  duckdb::CopyFunctionBindInput input(info);
  auto bind_data = duckdb::make_uniq<RecordedBindData>(entry.function, target);
  bind_data->inner = entry.function.copy_to_bind(context, input, names, types);
  bind_data->float_leaves = FloatLeavesOf(*target);
  recorded.bind_data = std::move(bind_data);

  duckdb::CopyFunction& function = recorded.function;
  function.copy_to_initialize_local = InitializeLocal;
  function.copy_to_initialize_global = InitializeFile;
  function.initialize_operator = InitializeOperator;
  function.copy_to_get_written_statistics = WatchStatistics;
  function.copy_to_sink = Sink;
  function.copy_to_combine = Combine;
  function.copy_to_finalize = Finalize;
  function.rotate_files = RotateFiles;
  function.rotate_next_file = RotateNextFile;
  function.prepare_batch = PrepareRowGroup;
  function.flush_batch = FlushRowGroup;
  return recorded;
}

}  // namespace laguna::catalog
