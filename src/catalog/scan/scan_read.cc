// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_read.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <numeric>
#include <utility>

#include "catalog/scan/bound_scan.h"
#include "catalog/scan/scan_files.h"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/parallel/thread_context.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"

namespace laguna::catalog {
namespace {

using ColumnIds = duckdb::vector<duckdb::column_t>;

// The columns of `all` that the expression names, by their place in `used`: no others are read, and
// those that tell rows apart cannot be.
void ReferToChunk(duckdb::unique_ptr<duckdb::Expression>& expression, const ColumnIds& all,
                  ColumnIds& used) {
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto& column = expression->Cast<duckdb::BoundColumnRefExpression>();
    const duckdb::column_t id = all[column.binding.column_index];
    const auto place = std::ranges::find(used, id) - used.begin();
    if (place == std::ssize(used)) used.push_back(id);
    expression = duckdb::make_uniq<duckdb::BoundReferenceExpression>(
        column.return_type, static_cast<duckdb::storage_t>(place));
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expression,
      [&](duckdb::unique_ptr<duckdb::Expression>& child) { ReferToChunk(child, all, used); });
}

duckdb::unique_ptr<duckdb::Expression> AllOf(const ScanFilterList& filters,
                                             const ColumnIds& all_ids, ColumnIds& used) {
  auto all = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
      duckdb::ExpressionType::CONJUNCTION_AND);
  for (const auto& filter : filters) {
    auto copy = filter->Copy();
    ReferToChunk(copy, all_ids, used);
    all->children.push_back(std::move(copy));
  }
  if (all->children.size() == 1) return std::move(all->children[0]);
  return all;
}

bool AnyRowMatches(duckdb::ClientContext& context, const TableScanSource& source,
                   const ColumnIds& columns, const ScanFilterList& filters) {
  ColumnIds used;
  const auto condition = AllOf(filters, columns, used);
  if (used.empty()) return true;
  BoundScan scan(context, source, used);
  duckdb::ThreadContext thread(context);
  duckdb::ExecutionContext execution(context, thread, nullptr);
  BoundScan::Reader reader(execution, scan);
  duckdb::ExpressionExecutor executor(context, *condition);
  duckdb::DataChunk chunk;
  chunk.Initialize(context, scan.types());
  duckdb::SelectionVector matching(STANDARD_VECTOR_SIZE);
  while (reader.Read(context, chunk)) {
    if (executor.SelectExpression(chunk, matching) > 0) return true;
    chunk.Reset();
  }
  return false;
}

TableViewPtr ViewOfFiles(const TableView& view, const std::vector<delta::AddFile>& files) {
  TableView shown = view;
  shown.files = delta::FileTable().With({}, files);
  return std::make_shared<const TableView>(std::move(shown));
}

}  // namespace

void ScanRead::Require(duckdb::idx_t table_index,
                       const duckdb::vector<duckdb::column_t>& column_ids,
                       const ScanFilterList& filters) {
  Condition condition{table_index, column_ids, {}};
  for (const auto& filter : filters) {
    if (!filter->IsVolatile()) condition.filters.push_back(filter->Copy());
  }
  if (!condition.filters.empty()) conditions_.push_back(std::move(condition));
}

bool ScanRead::MayHold(duckdb::ClientContext& context, const TableView& view,
                       io::ObjectStore& store, std::vector<delta::AddFile> files) const {
  TableScanSource source;
  source.store = &store;
  for (const Condition& condition : conditions_) {
    source.view = ViewOfFiles(view, files);
    const ScanFiles shown(source.view, store);
    const ScanColumns columns{&shown, condition.table_index, condition.column_ids};
    std::vector<size_t> numbers(shown.size());
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    ScanFilterList filters;
    for (const auto& filter : condition.filters) filters.push_back(filter->Copy());
    std::string decided;
    numbers = PruneByPartition(context, columns, std::move(numbers), filters, decided);
    numbers = PruneByStatistics(context, columns, numbers, filters);
    if (numbers.empty()) return false;
    if (filters.empty()) continue;
    std::vector<delta::AddFile> kept;
    for (const size_t number : numbers) kept.push_back(source.view->files.at(number).ToAddFile());
    source.view = ViewOfFiles(view, kept);
    if (!AnyRowMatches(context, source, condition.column_ids, filters)) return false;
    files = std::move(kept);
  }
  return !files.empty();
}

}  // namespace laguna::catalog
