// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/scanned_target.h"

#include <algorithm>
#include <string>

#include "catalog/scan/scan_read.h"
#include "catalog/scan/table_file_list.h"
#include "catalog/scan/table_scan.h"
#include "duckdb/execution/operator/scan/physical_table_scan.hpp"

namespace laguna::catalog {
namespace {

using duckdb::PhysicalOperator;
using duckdb::PhysicalOperatorType;
using duckdb::PhysicalTableScan;

// Only the scan of the table that is changed gives both halves of a row's identity, unless a user
// asks for them by name.
bool GivesRowIds(const PhysicalTableScan& scan) {
  const auto ids = ScanRowIdColumns();
  return std::ranges::all_of(ids, [&](duckdb::column_t id) {
    return std::ranges::any_of(scan.column_ids, [&](const duckdb::ColumnIndex& column) {
      return column.GetPrimaryIndex() == id;
    });
  });
}

void CollectTargetScans(PhysicalOperator& plan, const std::string& root,
                        std::vector<PhysicalTableScan*>& scans) {
  if (plan.type == PhysicalOperatorType::TABLE_SCAN) {
    auto& scan = plan.Cast<PhysicalTableScan>();
    const auto* files = FilesToScan(scan);
    if (files != nullptr && files->files().view().root == root && GivesRowIds(scan)) {
      scans.push_back(&scan);
    }
  }
  for (auto& child : plan.children) CollectTargetScans(child.get(), root, scans);
}

bool IsWhole(const PhysicalTableScan& scan) {
  const bool filtered = scan.table_filters && !scan.table_filters->filters.empty();
  return !filtered && !scan.dynamic_filters && !scan.extra_info.sample_options;
}

}  // namespace

void DecideRowByRow(PhysicalOperator& plan, const std::string& root) {
  std::vector<PhysicalTableScan*> scans;
  CollectTargetScans(plan, root, scans);
  if (scans.size() != 1) return;
  if (const auto& read = FilesToScan(*scans[0])->files().read()) read->SetRowByRow();
}

std::optional<std::vector<size_t>> FilesOfWholeScan(PhysicalOperator& plan) {
  PhysicalOperator* source = &plan;
  while (source->type == PhysicalOperatorType::PROJECTION) {
    source = &source->children[0].get();
  }
  if (source->type != PhysicalOperatorType::TABLE_SCAN) return std::nullopt;
  const auto& scan = source->Cast<PhysicalTableScan>();
  const auto* files = FilesToScan(scan);
  if (files == nullptr || !IsWhole(scan)) return std::nullopt;
  return files->kept();
}

bool GivesEachRowOnce(const PhysicalOperator& plan) {
  switch (plan.type) {
    case PhysicalOperatorType::TABLE_SCAN:
      return true;
    case PhysicalOperatorType::PROJECTION:
    case PhysicalOperatorType::FILTER:
      return GivesEachRowOnce(plan.children[0].get());
    default:
      return false;
  }
}

}  // namespace laguna::catalog
