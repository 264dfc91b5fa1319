// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/file_pruning.h"

#include <utility>

#include "catalog/scan/file_condition.h"
#include "duckdb/optimizer/filter_combiner.hpp"

namespace laguna::catalog {

std::vector<size_t> PruneByPartition(duckdb::ClientContext& context, const ScanColumns& columns,
                                     std::vector<size_t> numbers, ScanFilterList& filters,
                                     std::string& decided) {
  std::erase_if(filters, [&](const duckdb::unique_ptr<duckdb::Expression>& filter) {
    if (!IsDecidedByFile(*filter, columns)) return false;
    auto matching = FilesThatMatch(context, *filter, columns, numbers);
    if (!matching) return false;
    numbers = std::move(*matching);
    if (!decided.empty()) decided += " AND ";
    decided += filter->ToString();
    return true;
  });
  return numbers;
}

std::vector<size_t> PruneByStatistics(duckdb::ClientContext& context, const ScanColumns& columns,
                                      const std::vector<size_t>& numbers,
                                      const ScanFilterList& filters) {
  duckdb::FilterCombiner combiner(context);
  for (const auto& filter : filters) {
    if (filter->IsVolatile()) continue;
    if (combiner.AddFilter(filter->Copy()) == duckdb::FilterResult::UNSATISFIABLE) return {};
  }
  FileCondition condition(context, columns);
  combiner.GenerateFilters(
      [&](duckdb::unique_ptr<duckdb::Expression> filter) { condition.Require(*filter); });
  return condition.Keep(numbers);
}

}  // namespace laguna::catalog
