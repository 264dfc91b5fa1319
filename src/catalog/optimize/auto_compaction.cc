// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/auto_compaction.h"

#include <algorithm>
#include <utility>

#include "catalog/log/log_upkeeper.h"
#include "catalog/optimize/table_optimizer.h"
#include "delta/property_value.h"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

// Of the exception that is being handled.
void TellFailure(const LakeCatalog& catalog, const std::string& root) noexcept try {
  if (catalog.log_upkeeper() == nullptr) return;
  catalog.log_upkeeper()->TellFailure(
      "a table was not compacted behind a commit, which stands; the next commit tries again", root,
      engine::CurrentError());
} catch (...) {
  // No memory for the sentence.
}

}  // namespace

bool CompactsItself(const delta::Metadata& metadata) {
  const auto property = metadata.configuration.find("delta.autoOptimize.autoCompact");
  return property != metadata.configuration.end() && delta::LowerAscii(property->second) != "false";
}

WrittenPartitions PartitionsOfFiles(std::string root, const std::vector<delta::AddFile>& files) {
  WrittenPartitions written{std::move(root), {}};
  for (const delta::AddFile& file : files) written.partitions.push_back(file.partition_values);
  std::ranges::sort(written.partitions);
  written.partitions.erase(std::unique(written.partitions.begin(), written.partitions.end()),
                           written.partitions.end());
  return written;
}

void CompactBehind(duckdb::ClientContext& context, LakeCatalog& catalog,
                   const std::vector<WrittenPartitions>& written) noexcept {
  for (const WrittenPartitions& table : written) {
    try {
      OptimizeRequest request;
      request.is_automatic = true;
      request.partitions = table.partitions;
      TableOptimizer(context, catalog, table.root, std::move(request)).Run();
    } catch (...) {
      // The table is as the commit left it.
      TellFailure(catalog, table.root);
    }
  }
}

}  // namespace laguna::catalog
