// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/table_scan.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/scan/column_bounds.h"
#include "catalog/scan/file_filter.h"
#include "catalog/scan/scan_files.h"
#include "catalog/scan/table_file_list.h"
#include "catalog/scan/table_file_reader.h"
#include "catalog/type_map.h"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/function/partition_stats.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/storage/statistics/numeric_stats.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

// Column statistics are merged only over so many files: each costs the parse of its JSON.
constexpr size_t kMergedFilesMax = 1'000;

struct TableScanInfo final : duckdb::TableFunctionInfo {
  std::shared_ptr<ScanFiles> files;
  duckdb::TableCatalogEntry* table = nullptr;
};

const duckdb::MultiFileBindData& BindDataOf(const duckdb::FunctionData& data) {
  return data.Cast<duckdb::MultiFileBindData>();
}

const TableFileReader& ReaderOf(const duckdb::FunctionData& data) {
  return dynamic_cast<const TableFileReader&>(*BindDataOf(data).multi_file_reader);
}

const TableFileList& ListOf(const duckdb::FunctionData& data) {
  return dynamic_cast<const TableFileList&>(*BindDataOf(data).file_list);
}

duckdb::unique_ptr<duckdb::MultiFileReader> MakeReader(const duckdb::TableFunction& function) {
  const auto& info = function.function_info->Cast<TableScanInfo>();
  return duckdb::make_uniq<TableFileReader>(info.files, info.table);
}

duckdb::BindInfo GetBindInfo(const duckdb::optional_ptr<duckdb::FunctionData> data) {
  if (auto* table = ReaderOf(*data).table()) return duckdb::BindInfo(*table);
  return duckdb::BindInfo(duckdb::ScanType::EXTERNAL);
}

duckdb::virtual_column_map_t GetVirtualColumns(duckdb::ClientContext&,
                                               duckdb::optional_ptr<duckdb::FunctionData> data) {
  auto columns = ScanVirtualColumns();
  data->Cast<duckdb::MultiFileBindData>().virtual_columns = columns;
  return columns;
}

duckdb::vector<duckdb::column_t> GetRowIdColumns(duckdb::ClientContext&,
                                                 duckdb::optional_ptr<duckdb::FunctionData>) {
  return ScanRowIdColumns();
}

// Bounds of a column over all files of the scan.
ColumnBounds MergedBounds(const TableFileList& list, duckdb::column_t column,
                          const duckdb::LogicalType& type) {
  auto merged = UnknownBounds(type);
  merged.may_be_null = false;
  bool first = true;
  for (const auto number : list.kept()) {
    const auto bounds = FileColumn(list.files(), number, column).Bounds();
    merged.may_be_null |= bounds.may_be_null;
    if (!bounds.may_be_value) continue;
    if (first) {
      merged.min = bounds.min;
      merged.max = bounds.max;
    } else {
      if (!bounds.min || (merged.min && *bounds.min < *merged.min)) merged.min = bounds.min;
      if (!bounds.max || (merged.max && *bounds.max > *merged.max)) merged.max = bounds.max;
    }
    first = false;
  }
  return merged;
}

duckdb::unique_ptr<duckdb::BaseStatistics> GetStatistics(duckdb::ClientContext&,
                                                         const duckdb::FunctionData* data,
                                                         duckdb::column_t column) {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::BaseStatistics> {
    const auto& list = ListOf(*data);
    const auto& fields = list.files().view().metadata.schema.fields;
    if (column >= fields.size() || list.kept().empty() || list.kept().size() > kMergedFilesMax) {
      return nullptr;
    }
    const auto type = ToDuckdb(fields[column].type, fields[column].name);
    return ToStatistics(MergedBounds(list, column, type));
  });
}

duckdb::vector<duckdb::PartitionStatistics> GetPartitionStatistics(
    duckdb::ClientContext&, duckdb::GetPartitionStatsInput& input) {
  const auto rows = ListOf(*input.bind_data).ExactRows();
  if (!rows) return {};
  duckdb::PartitionStatistics statistics;
  statistics.count = *rows;
  statistics.count_type = duckdb::CountType::COUNT_EXACT;
  return {std::move(statistics)};
}

duckdb::InsertionOrderPreservingMap<duckdb::string> Describe(
    duckdb::TableFunctionToStringInput& input) {
  const auto& list = ListOf(*input.bind_data);
  duckdb::InsertionOrderPreservingMap<duckdb::string> result;
  result["Table"] = list.files().view().root;
  result["Files"] = fmt::format("{} of {}", list.kept().size(), list.files().size());
  return result;
}

duckdb::TableFunction ParquetScan(duckdb::ClientContext& context) {
  auto& system = duckdb::Catalog::GetSystemCatalog(context);
  auto& entry =
      system.GetEntry<duckdb::TableFunctionCatalogEntry>(context, DEFAULT_SCHEMA, "parquet_scan");
  return entry.functions.GetFunctionByArguments(context, {duckdb::LogicalType::VARCHAR});
}

}  // namespace

duckdb::virtual_column_map_t ScanVirtualColumns() {
  using Reader = duckdb::MultiFileReader;
  duckdb::virtual_column_map_t columns;
  const auto add = [&](duckdb::column_t id, const char* name, const duckdb::LogicalType& type) {
    columns.insert(std::make_pair(id, duckdb::TableColumn(name, type)));
  };
  add(duckdb::column_t{Reader::COLUMN_IDENTIFIER_FILENAME}, "_file", duckdb::LogicalType::VARCHAR);
  add(duckdb::column_t{Reader::COLUMN_IDENTIFIER_FILE_INDEX}, "_file_index",
      duckdb::LogicalType::UBIGINT);
  add(duckdb::column_t{Reader::COLUMN_IDENTIFIER_FILE_ROW_NUMBER}, "_row_number",
      duckdb::LogicalType::BIGINT);
  add(duckdb::COLUMN_IDENTIFIER_EMPTY, "", duckdb::LogicalType::BOOLEAN);
  return columns;
}

duckdb::vector<duckdb::column_t> ScanRowIdColumns() {
  return {duckdb::column_t{duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX},
          duckdb::column_t{duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_ROW_NUMBER}};
}

duckdb::TableFunction MakeScanFunction(duckdb::ClientContext& context) {
  auto function = ParquetScan(context);
  function.name = "delta_scan";
  function.get_multi_file_reader = MakeReader;
  function.get_bind_info = GetBindInfo;
  function.get_virtual_columns = GetVirtualColumns;
  function.get_row_id_columns = GetRowIdColumns;
  function.statistics = GetStatistics;
  function.get_partition_stats = GetPartitionStatistics;
  function.to_string = Describe;
  function.serialize = nullptr;
  function.deserialize = nullptr;
  function.verify_serialization = false;
  return function;
}

BoundTableScan BindTableScan(duckdb::ClientContext& context, const TableScanSource& source) {
  if (source.view->metadata.schema.fields.empty()) {
    throw base::Error(base::ErrorKind::kUnsupported, "catalog.no_columns",
                      "The table has no columns; there is nothing to read.")
        .With("table", source.view->root);
  }
  BoundTableScan result{
      .function = MakeScanFunction(context), .bind_data = nullptr, .types = {}, .names = {}};
  auto info = duckdb::make_shared_ptr<TableScanInfo>();
  info->files = std::make_shared<ScanFiles>(source.view, *source.store, source.owned_store);
  info->table = source.table;
  result.function.function_info = std::move(info);

  duckdb::vector<duckdb::Value> inputs{duckdb::Value("")};
  duckdb::named_parameter_map_t parameters;
  // Many writers leave NaN out of a file's bounds.
  parameters["can_have_nan"] = duckdb::Value::BOOLEAN(true);
  duckdb::vector<duckdb::LogicalType> no_types;
  duckdb::vector<duckdb::string> no_names;
  const duckdb::TableFunctionRef no_reference;
  duckdb::TableFunctionBindInput input(inputs, parameters, no_types, no_names,
                                       result.function.function_info.get(), nullptr,
                                       result.function, no_reference);
  result.bind_data = result.function.bind(context, input, result.types, result.names);
  return result;
}

}  // namespace laguna::catalog
