// SPDX-License-Identifier: Apache-2.0
// VACUUM: deletes the files below a table's folder that no version names which is still kept.
//
// FULL lists the folder; LITE asks the log alone what commits removed. Neither touches a file
// younger than the retention, so writers in flight keep theirs; those that are slower still are
// held by the fence (delta/vacuum_fence.h). What begins with "VACUUM START" in the log ends with
// "VACUUM END", as Spark writes them. A VACUUM that dies in between has deleted files that nobody
// names, and no others. One thread calls; deletion uses more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delta/named_files.h"
#include "delta/table.h"

namespace laguna::delta {

struct VacuumOptions {
  // LITE.
  bool lite = false;
  // RETAIN; nothing: as long as the table says (delta.deletedFileRetentionDuration).
  std::optional<int64_t> retention_ms;
  // Refuse a retention that is shorter than the table's.
  bool check_retention = true;
  // Notes files of this table that others refer to (shallow clones). Called again right before
  // files are deleted. May be empty.
  std::function<void(NamedFiles& named)> note_references;
  // How many files of the plan are gone so far, of how many (more than none). Called by all threads
  // that delete; what it throws ends the VACUUM. May be empty.
  std::function<void(size_t files_done, size_t files_all)> progress;
};

struct VacuumedFile {
  // Relative to the table's folder.
  std::string path;
  // Nothing where the log, which LITE asks, does not say.
  std::optional<int64_t> size_bytes;
  std::optional<int64_t> modified_ms;
};

struct VacuumPlan {
  // Ascending by path.
  std::vector<VacuumedFile> files;
  // What is older may go.
  int64_t cutoff_ms = 0;
  int64_t retention_ms = 0;
  // Folders that were looked into.
  size_t folders = 0;
  // False: there are more files than one plan holds; another run takes those.
  bool complete = true;

  [[nodiscard]] int64_t size_bytes() const;
};

// How many files one plan holds.
inline constexpr size_t kVacuumedFilesMax = 2'000'000;

// What VACUUM would delete now; deletes nothing. Errors: InvalidInput ("vacuum.retention") for a
// retention that the options' check forbids, ("vacuum.lite") when the log that LITE needs is gone;
// Unsupported for tables we may not write to; those of reading the log.
[[nodiscard]] VacuumPlan PlanVacuum(Table& table, const Snapshot& snapshot,
                                    const VacuumOptions& options, int64_t now_ms,
                                    const io::Call& call = {});

struct VacuumReport {
  size_t files = 0;
  int64_t size_bytes = 0;
  // As PlanVacuum has it.
  bool complete = true;
  // The table with the entries of this VACUUM in its log; null when it could not be made.
  SnapshotPtr snapshot;
};

// Does it. Errors as above, and those of NoteInLog; when deleting fails the log says so.
VacuumReport Vacuum(Table& table, const VacuumOptions& options, const base::Clock& clock,
                    base::Random& random, const io::Call& call = {});

}  // namespace laguna::delta
