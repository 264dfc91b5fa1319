// SPDX-License-Identifier: Apache-2.0
// The files that a dynamic partition overwrite puts new ones in the place of: those of the
// partitions that get rows. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "catalog/scan/scan_read.h"
#include "catalog/table_view.h"
#include "catalog/write/write_target.h"
#include "delta/action.h"

namespace laguna::catalog {

// Numbers of files of `view` with the partition values of one of `added`. Values are compared, not
// their spelling: writers differ in how they spell a timestamp.
std::vector<size_t> FilesOfSamePartitions(const TableView& view, const WriteTarget& target,
                                          std::span<const delta::AddFile> added);

// Narrows what `read` reads to the partitions of `added`; not for so many that telling them apart
// would cost more than it spares.
void RequirePartitions(const WriteTarget& target, std::span<const delta::AddFile> added,
                       ScanRead& read);

}  // namespace laguna::catalog
