// SPDX-License-Identifier: Apache-2.0
#include "catalog/health/examine_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "catalog/write/target_file_size.h"
#include "delta/log_reader.h"
#include "delta/table_feature.h"
#include "delta/vacuum.h"

namespace laguna::catalog {
namespace {

std::string WhyNotWritable(duckdb::ClientContext& context, const OpenedTable& table) {
  if (LakeHolding(context, table) == nullptr) {
    return fmt::format("{} is no table of the lake; Laguna looks after those only.", table.title);
  }
  try {
    delta::CheckWritable(table.view->protocol, table.view->metadata, table.title);
    delta::CheckFilesMayChange(table.view->metadata, table.title);
    return "";
  } catch (const base::Error& error) {
    return error.sentence();
  }
}

UnneededFiles UnneededBy(duckdb::ClientContext& context, const OpenedTable& table, int64_t now_ms) {
  const delta::VacuumPlan plan =
      delta::PlanVacuum(*table.log, *table.snapshot, VacuumOptionsFor(context, table), now_ms);
  return {plan.files.size(), static_cast<uint64_t>(std::max<int64_t>(plan.size_bytes(), 0))};
}

}  // namespace

TableFacts ExamineTable(duckdb::ClientContext& context, const OpenedTable& table,
                        const base::Clock& clock) {
  const delta::Metadata& metadata = table.view->metadata;
  const std::string& root = table.log->root();
  TableFacts facts;
  facts.files = FileFactsOf(metadata, table.view->files, TargetFileSize(metadata.configuration));
  facts.log = LogFactsOf(delta::LogReader(*table.store, root).List({}),
                         {table.view->version, metadata, table.view->files.size()}, clock.NowMs());
  const std::vector<io::ObjectInfo> listing = io::ListAll(*table.store, root + "/");
  facts.lost = LostFilesOf(listing, root, table.view->files);
  facts.not_writable = WhyNotWritable(context, table);
  if (facts.not_writable.empty() && table.snapshot != nullptr) {
    facts.unneeded = UnneededBy(context, table, clock.NowMs());
  }
  return facts;
}

}  // namespace laguna::catalog
