// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/table_file_list.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "catalog/scan/file_filter.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/optimizer/filter_combiner.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_operator_expression.hpp"
#include "duckdb/planner/filter/null_filter.hpp"
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

struct ColumnFilter {
  duckdb::column_t column;
  const duckdb::TableFilter* filter;
};

std::vector<size_t> Prune(ScanFiles& files, const std::vector<size_t>& candidates,
                          std::vector<ColumnFilter> filters) {
  // Partition values first: they rule out most and cost least.
  std::ranges::stable_partition(
      filters, [&](const ColumnFilter& filter) { return files.IsPartitionColumn(filter.column); });
  std::vector<size_t> kept;
  for (const auto number : candidates) {
    const auto may_match = [&](const ColumnFilter& filter) {
      return MayMatch(*filter.filter, FileColumn(files, number, filter.column));
    };
    if (std::ranges::all_of(filters, may_match)) kept.push_back(number);
  }
  return kept;
}

// IS [NOT] NULL on a column: the engine makes no prunable filter of it.
void AddNullFilters(const duckdb::MultiFilePushdownInfo& info,
                    const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& expressions,
                    duckdb::TableFilterSet& filters) {
  for (const auto& expression : expressions) {
    const auto is_null = expression->type == duckdb::ExpressionType::OPERATOR_IS_NULL;
    if (!is_null && expression->type != duckdb::ExpressionType::OPERATOR_IS_NOT_NULL) continue;
    const auto& child = *expression->Cast<duckdb::BoundOperatorExpression>().children[0];
    if (child.type != duckdb::ExpressionType::BOUND_COLUMN_REF) continue;
    const auto& binding = child.Cast<duckdb::BoundColumnRefExpression>().binding;
    if (binding.table_index != info.table_index ||
        binding.column_index >= info.column_indexes.size()) {
      continue;
    }
    duckdb::unique_ptr<duckdb::TableFilter> filter;
    if (is_null) {
      filter = duckdb::make_uniq<duckdb::IsNullFilter>();
    } else {
      filter = duckdb::make_uniq<duckdb::IsNotNullFilter>();
    }
    filters.PushFilter(info.column_indexes[binding.column_index], std::move(filter));
  }
}

// What the filters say about single columns, keyed by the table's column.
duckdb::TableFilterSet ColumnFiltersOf(
    duckdb::ClientContext& context, const duckdb::MultiFilePushdownInfo& info,
    const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& expressions) {
  duckdb::FilterCombiner combiner(context);
  for (const auto& expression : expressions) {
    if (combiner.AddFilter(expression->Copy()) == duckdb::FilterResult::UNSATISFIABLE) return {};
  }
  duckdb::vector<duckdb::FilterPushdownResult> ignored;
  auto filters = combiner.GenerateTableScanFilters(info.column_indexes, ignored);
  AddNullFilters(info, expressions, filters);
  return filters;
}

}  // namespace

size_t FileNumberOf(const duckdb::OpenFileInfo& file) {
  return file.extended_info->options.at(kFileNumberOption).GetValue<uint64_t>();
}

TableFileList::TableFileList(std::shared_ptr<ScanFiles> files)
    : files_(std::move(files)), kept_(AllNumbers(files_->size())) {}

TableFileList::TableFileList(std::shared_ptr<ScanFiles> files, std::vector<size_t> kept)
    : files_(std::move(files)), kept_(std::move(kept)) {}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::ComplexFilterPushdown(
    duckdb::ClientContext& context, const duckdb::MultiFileOptions&,
    duckdb::MultiFilePushdownInfo& info,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::MultiFileList> {
    const auto by_column = ColumnFiltersOf(context, info, filters);
    std::vector<ColumnFilter> column_filters;
    for (const auto& [column, filter] : by_column.filters) {
      column_filters.push_back({column, filter.get()});
    }
    if (column_filters.empty()) return nullptr;
    auto kept = Prune(*files_, kept_, column_filters);
    if (kept.size() == kept_.size()) return nullptr;
    return duckdb::make_uniq<TableFileList>(files_, std::move(kept));
  });
}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::DynamicFilterPushdown(
    duckdb::ClientContext&, const duckdb::MultiFileOptions&, const duckdb::vector<duckdb::string>&,
    const duckdb::vector<duckdb::LogicalType>&, const duckdb::vector<duckdb::column_t>& column_ids,
    duckdb::TableFilterSet& filters) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::MultiFileList> {
    std::vector<ColumnFilter> column_filters;
    for (const auto& [position, filter] : filters.filters) {
      column_filters.push_back({column_ids[position], filter.get()});
    }
    if (column_filters.empty()) return nullptr;
    auto kept = Prune(*files_, kept_, column_filters);
    if (kept.size() == kept_.size()) return nullptr;
    return duckdb::make_uniq<TableFileList>(files_, std::move(kept));
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

duckdb::FileExpandResult TableFileList::GetExpandResult() const {
  if (kept_.empty()) return duckdb::FileExpandResult::NO_FILES;
  return kept_.size() == 1 ? duckdb::FileExpandResult::SINGLE_FILE
                           : duckdb::FileExpandResult::MULTIPLE_FILES;
}

duckdb::unique_ptr<duckdb::MultiFileList> TableFileList::Copy() const {
  return duckdb::make_uniq<TableFileList>(files_, kept_);
}

duckdb::OpenFileInfo TableFileList::GetFile(duckdb::idx_t index) const {
  if (index >= kept_.size()) return {};
  return engine::Guarded([&] {
    const auto number = kept_[index];
    duckdb::OpenFileInfo info(files_->LocationOf(number));
    info.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
    info.extended_info->options[kFileNumberOption] = duckdb::Value::UBIGINT(number);
    return info;
  });
}

}  // namespace laguna::catalog
