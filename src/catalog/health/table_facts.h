// SPDX-License-Identifier: Apache-2.0
// The numbers by which a table's health is judged (table_finding.h): of its data files, of its log,
// of what lies in its folder. Plain values.
//
// What the log says is enough for all but the last: no data file is opened, and none is needed to
// be there. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/file_table.h"
#include "delta/log_segment.h"
#include "io/object_store.h"

namespace laguna::catalog {

// A file of more than this many times the target size is worth cutting.
inline constexpr uint64_t kLargeFileTimes = 4;
// More partitions than this, with less than this in each, cost more than they save.
inline constexpr size_t kPartitionsMin = 100;
inline constexpr uint64_t kPartitionBytesMin = uint64_t{8} << 20;
// Whether partitions are too many for what they hold.
[[nodiscard]] constexpr bool AreTooManyPartitions(size_t partitions, uint64_t bytes) {
  return partitions >= kPartitionsMin && bytes / partitions < kPartitionBytesMin;
}

// A column that only some files have statistics of.
struct StatisticsGap {
  // As SQL names it: address.city.
  std::string column;
  size_t files = 0;
};

struct FileFacts {
  size_t files = 0;
  uint64_t bytes = 0;
  uint64_t target_bytes = 0;

  // Files that OPTIMIZE puts together with others, and how many there are then.
  size_t small_files = 0;
  size_t small_files_needed = 0;
  size_t large_files = 0;
  uint64_t largest_bytes = 0;

  // 1 for a table without partitions.
  size_t partitions = 0;
  // The one with most bytes: "country=CO, day=NULL".
  std::string largest_partition;
  uint64_t largest_partition_bytes = 0;
  // Where there are too many: the columns by which there would be fewer, as SQL names them; empty:
  // none of them alone is coarse enough.
  std::vector<std::string> coarser_partitioning;

  // Rows of the files with a vector; files that lost so many that OPTIMIZE writes them anew.
  size_t files_with_vector = 0;
  uint64_t vector_rows = 0;
  uint64_t deleted_rows = 0;
  size_t worn_files = 0;

  // Files of which the log does not even tell the rows.
  size_t files_without_statistics = 0;
  // Of the other files; in the order of the columns.
  std::vector<StatisticsGap> gaps;
  // The first column that has bounds, as SQL names it; empty: none has.
  std::string first_column;
};

[[nodiscard]] FileFacts FileFactsOf(const delta::Metadata& metadata, const delta::FileTable& files,
                                    uint64_t target_bytes);

struct LogFacts {
  int64_t version = 0;
  // delta/checkpoint_rule.h; 0: the table wants no checkpoints.
  int64_t checkpoint_interval = 0;
  // The newest that is whole.
  std::optional<int64_t> checkpoint_version;
  // Behind it; all there are when there is none.
  size_t commits_since_checkpoint = 0;
  // What is wrong with a checkpoint that is newer than that; empty: nothing.
  std::string torn_checkpoint;
  // Files that are older than the table keeps its log, and that nothing needs.
  size_t expired_files = 0;
};

struct TableVersion {
  int64_t version = 0;
  const delta::Metadata& metadata;
  size_t files = 0;
};

[[nodiscard]] LogFacts LogFactsOf(const delta::LogListing& log, const TableVersion& table,
                                  int64_t now_ms);

// Files that the table names and that are not there, or cut short. Those outside of the table's
// folder are not looked for.
struct LostFiles {
  size_t count = 0;
  // One of them, below the table's folder.
  std::string example;
};

// `listing` is everything below the folder `root`.
[[nodiscard]] LostFiles LostFilesOf(std::span<const io::ObjectInfo> listing, std::string_view root,
                                    const delta::FileTable& files);

// What VACUUM would delete now.
struct UnneededFiles {
  size_t count = 0;
  uint64_t bytes = 0;
};

struct TableFacts {
  FileFacts files;
  LogFacts log;
  LostFiles lost;
  UnneededFiles unneeded;
  // Why the table is not written to here; empty: it is.
  std::string not_writable;
};

}  // namespace laguna::catalog
