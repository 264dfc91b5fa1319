// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/table_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/scan/column_bounds.h"
#include "catalog/scan/composed_columns.h"
#include "catalog/scan/log_statistics.h"
#include "catalog/scan/scan_column.h"
#include "catalog/scan/scan_files.h"
#include "catalog/scan/scan_order.h"
#include "catalog/scan/table_file_list.h"
#include "catalog/scan/table_file_reader.h"
#include "catalog/scan/tightening_file_list.h"
#include "catalog/type_map.h"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/execution/operator/scan/physical_table_scan.hpp"
#include "duckdb/function/partition_stats.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/storage/table/row_group_reorderer.hpp"
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
  auto columns = HiddenColumns(ListOf(*data).files().view());
  data->Cast<duckdb::MultiFileBindData>().virtual_columns = columns;
  return columns;
}

duckdb::vector<duckdb::column_t> GetRowIdColumns(duckdb::ClientContext&,
                                                 duckdb::optional_ptr<duckdb::FunctionData>) {
  return ScanRowIdColumns();
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
    return ToStatistics(MergedBounds(list, ScanColumn(list.files(), column)));
  });
}

duckdb::vector<duckdb::PartitionStatistics> GetPartitionStatistics(
    duckdb::ClientContext&, duckdb::GetPartitionStatsInput& input) {
  return PartitionStatisticsOf(ListOf(*input.bind_data));
}

// The engine asks for it only where the order of rows is up to an ORDER BY above. What it says
// about limits is for scans that prune by themselves; here files go by what was found so far.
void SetScanOrder(duckdb::unique_ptr<duckdb::RowGroupOrderOptions> options,
                  duckdb::optional_ptr<duckdb::FunctionData> data) {
  engine::Guarded([&] {
    if (options->column_idx.HasChildren()) return;
    auto& bind_data = data->Cast<duckdb::MultiFileBindData>();
    const auto& list = ListOf(*data);
    const ScanColumn column(list.files(), options->column_idx.GetPrimaryIndex());
    const ScanOrder order{
        .descending = options->order_type == duckdb::OrderType::DESCENDING,
        .nulls_first = options->null_order == duckdb::OrderByNullType::NULLS_FIRST};
    bind_data.file_list = duckdb::shared_ptr<duckdb::MultiFileList>(
        new TableFileList(list.files_ptr(), InOrderOf(column, order, list.kept()), list.pruned()));
  });
}

using Description = duckdb::InsertionOrderPreservingMap<duckdb::string>;

// "Files: 3 of 1000" and "Left Out: 900 by partition, 97 by statistics".
void DescribeFiles(const TableFileList& list, size_t by_limit, Description& result) {
  std::vector<std::string> reasons;
  const auto add = [&](size_t count, const char* reason) {
    if (count > 0) reasons.push_back(fmt::format("{} by {}", count, reason));
  };
  add(list.pruned().by_partition, "partition");
  add(list.pruned().by_statistics, "statistics");
  add(list.pruned().by_join, "join");
  add(by_limit, "limit");
  result["Files"] = fmt::format("{} of {}", list.kept().size() - by_limit, list.files().size());
  if (!reasons.empty()) result["Left Out"] = fmt::format("{}", fmt::join(reasons, ", "));
}

Description Describe(duckdb::TableFunctionToStringInput& input) {
  const auto& list = ListOf(*input.bind_data);
  Description result;
  result["Table"] = list.files().view().root;
  DescribeFiles(list, 0, result);
  return result;
}

// After a run: what became known while it ran is counted too.
Description DescribeRun(duckdb::TableFunctionDynamicToStringInput& input) {
  const auto& state = input.global_state->Cast<duckdb::MultiFileGlobalState>();
  Description result;
  result["Total Files Read"] = fmt::format("{}", state.file_index.load());
  if (const auto* list = dynamic_cast<const TighteningFileList*>(&state.file_list)) {
    DescribeFiles(list->files(), list->left_out(), result);
  } else if (const auto* fixed = dynamic_cast<const TableFileList*>(&state.file_list)) {
    DescribeFiles(*fixed, 0, result);
  }
  return result;
}

// Whether DuckDB picks the rows of a condition in their order. IS DISTINCT FROM of nested values
// picks the NULLs first, and the Parquet reader then reads other columns' texts from wrong places
// ("Out of buffer", or values of other rows): such a condition is asked above the scan.
bool PicksRowsInOrder(const duckdb::Expression& condition) {
  const auto type = condition.GetExpressionType();
  if (type == duckdb::ExpressionType::COMPARE_DISTINCT_FROM ||
      type == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM) {
    const auto& comparison = condition.Cast<duckdb::BoundComparisonExpression>();
    if (comparison.left->return_type.IsNested()) return false;
  }
  bool in_order = true;
  duckdb::ExpressionIterator::EnumerateChildren(condition, [&](const duckdb::Expression& child) {
    in_order = in_order && PicksRowsInOrder(child);
  });
  return in_order;
}

bool TakesCondition(duckdb::ClientContext&, const duckdb::LogicalGet&,
                    duckdb::Expression& condition) {
  return PicksRowsInOrder(condition);
}

duckdb::TableFunction ParquetScan(duckdb::ClientContext& context) {
  auto& system = duckdb::Catalog::GetSystemCatalog(context);
  auto& entry =
      system.GetEntry<duckdb::TableFunctionCatalogEntry>(context, DEFAULT_SCHEMA, "parquet_scan");
  return entry.functions.GetFunctionByArguments(context, {duckdb::LogicalType::VARCHAR});
}

}  // namespace

const TableFileList* FilesToScan(const duckdb::PhysicalTableScan& scan) {
  if (scan.function.get_multi_file_reader != MakeReader) return nullptr;
  return &ListOf(*scan.bind_data);
}

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

const TableFileList* FilesOfScan(const duckdb::LogicalGet& scan) {
  const bool is_ours = scan.function.get_partition_stats == GetPartitionStatistics;
  return is_ours && scan.bind_data ? &ListOf(*scan.bind_data) : nullptr;
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
  function.set_scan_order = SetScanOrder;
  function.pushdown_expression = TakesCondition;
  function.to_string = Describe;
  function.dynamic_to_string = DescribeRun;
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
  info->files->Choose(source.choices);
  info->files->TellRead(source.read);
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
