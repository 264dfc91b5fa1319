// SPDX-License-Identifier: Apache-2.0
// Which files of a table to write anew, and which of them together: what OPTIMIZE and REORG do, as
// a plan. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "delta/file_table.h"

namespace laguna::delta {

enum class Rewrite {
  // Files that are much smaller than they could be, have lost many rows to their deletion vector,
  // or whose log entry does not say how many rows they have.
  kUnfit,
  // Files with a deletion vector, and those of CompactionRules::also (REORG ... APPLY (PURGE)).
  kVectors,
  // All files of a partition in one bin (ZORDER BY).
  kAll,
};

// Paths as the log has them.
using FilePaths = std::set<std::string, std::less<>>;
using FilePathsPtr = std::shared_ptr<const FilePaths>;

struct CompactionRules {
  Rewrite rewrite = Rewrite::kUnfit;
  // How large files should be.
  uint64_t target_bytes = 0;
  // Files that are smaller are put together with others.
  uint64_t small_bytes = 0;
  // Files that are written anew however they look to the log: somebody looked into them. Null:
  // none.
  FilePathsPtr also = nullptr;
};

// The rules of OPTIMIZE: small is below three quarters of the target, so that a file that is nearly
// as large as it should be is not written anew for a few rows.
[[nodiscard]] CompactionRules RulesFor(Rewrite rewrite, uint64_t target_bytes);

// From this share of deleted rows on a file is written anew.
inline constexpr double kDeletedShareMax = 0.05;

// Whether the file is one of those, looked at alone. A small file may still be left as it is, where
// there is no other to put it together with (NeedsRewriteAlone).
[[nodiscard]] bool IsCandidate(const FileView& file, const CompactionRules& rules);
// Whether it is written anew even when it is the only one of its partition.
[[nodiscard]] bool NeedsRewriteAlone(const FileView& file, const CompactionRules& rules);

// The files of one partition in the order of the table, by their numbers.
struct Partition {
  std::vector<size_t> files;
};
// All partitions for which `wanted` (null: all) holds, asked with one of their files; in the order
// of their first files.
[[nodiscard]] std::vector<Partition> PartitionsOf(
    const FileTable& files, const std::function<bool(const FileView&)>& wanted);

// The files of a partition that are written anew together: into one file, or for kAll into as many
// as the target size says. Neighbours in the table stay neighbours, because files that were written
// one after the other often hold near values. Every bin is worth its work: it has several files, or
// one that needs it alone.
struct Bin {
  std::vector<size_t> files;
  // What its rows take today.
  uint64_t live_bytes = 0;
};
[[nodiscard]] std::vector<Bin> PackBins(const FileTable& files, const Partition& partition,
                                        const CompactionRules& rules);

}  // namespace laguna::delta
