// SPDX-License-Identifier: Apache-2.0
// Writes the rows of some files of a table anew: the one query that OPTIMIZE and REORG, and a
// change of a table's partitioning, are made of.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog/optimize/z_curve.h"
#include "catalog/table_view.h"
#include "catalog/write/write_target.h"
#include "catalog/write/written_file.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct FileRewrite {
  // The files to read and no others, at least one; all of one partition, unless rows change theirs.
  TableViewPtr view;
  // Rows go where the target's partition columns say. Else into the partition of the files read.
  bool partitions_anew = false;
  // The folder of the new files, relative to the table's; empty: the table's own. For a target
  // without partition columns, as what follows.
  std::string folder;
  // Where the next file begins, at the latest.
  uint64_t file_bytes_max = 0;
  // The order of the rows, and the files they go into; null: any.
  ZCurvePtr curve;
  // Called with 0 to 100 as rows are read. May be empty.
  std::function<void(double percent)> on_progress = {};
};

// The folder of the first file that lies below the table's; empty: the table's own.
std::string FolderOf(const std::vector<delta::AddFile>& files);

struct RewrittenFiles {
  // Adds that change no data.
  std::vector<WrittenFile> files;
  // Keys of all objects that were written: the caller's to delete, unless a commit names them.
  std::vector<std::string> keys;
};

// The data columns of a table as a target of its own: partition values are told, not written.
WriteTargetPtr TargetOfDataColumns(LakeCatalog& catalog, const TableView& view);

// Errors of reading and writing, Cancelled; nothing is left of the files then.
RewrittenFiles RewriteFiles(duckdb::ClientContext& context, const WriteTargetPtr& target,
                            const FileRewrite& rewrite);

// Of a file whose rows are in rewritten ones: it changes no data.
delta::RemoveFile RemovalOf(const delta::AddFile& file);

// What no commit names, as far as the store lets it go: what stays is invisible, and VACUUM removes
// it.
void DeleteUnnamed(LakeCatalog& catalog, const std::vector<std::string>& keys) noexcept;

}  // namespace laguna::catalog
