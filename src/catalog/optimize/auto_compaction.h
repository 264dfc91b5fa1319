// SPDX-License-Identifier: Apache-2.0
// Tables that keep themselves in order: with the property delta.autoOptimize.autoCompact, a commit
// that leaves many small files in a partition is followed by one that puts them together.
//
// It happens on the thread that committed, behind its commit, which stands whatever comes of it:
// what fails here is a warning in the lake's log, and left to the next commit or to OPTIMIZE.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/optimize/written_partitions.h"
#include "delta/action.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

[[nodiscard]] bool CompactsItself(const delta::Metadata& metadata);
// The partitions of `files`, each once.
[[nodiscard]] WrittenPartitions PartitionsOfFiles(std::string root,
                                                  const std::vector<delta::AddFile>& files);

void CompactBehind(duckdb::ClientContext& context, LakeCatalog& catalog,
                   const std::vector<WrittenPartitions>& written) noexcept;

}  // namespace laguna::catalog
