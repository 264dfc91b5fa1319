// SPDX-License-Identifier: Apache-2.0
// OPTIMIZE, ZORDER and REORG of one table: files are written anew, bin by bin (delta/compaction.h),
// and take the place of the old ones in commits that change no data.
//
// Beside other writers it never fails for what they do: appends do not concern it, and rows that
// somebody deleted meanwhile are found in the new files and marked there. A bin of which too many
// went, or on a table without deletion vectors any, is packed and written again with what is there
// now; after some attempts its files are left as they are, and told. It commits behind a partition
// when a good deal of bytes has been written, and inside of one when it is a great deal
// (commit_size.h), so what was done is done when it is interrupted, and the next run goes on behind
// it. Memory does not grow with the table, but for the names of its files.
// Used on one thread, outside of any transaction of the lake.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/optimize/commit_size.h"
#include "catalog/optimize/optimize_report.h"
#include "catalog/optimize/optimize_request.h"
#include "catalog/optimize/rewrite_files.h"
#include "catalog/optimize/z_curve.h"
#include "delta/claimed_rows.h"
#include "delta/compaction.h"
#include "delta/snapshot.h"
#include "delta/table.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class TableOptimizer {
 public:
  // All outlive it. `root` as "bronze/t".
  TableOptimizer(duckdb::ClientContext& context, LakeCatalog& catalog, std::string root,
                 OptimizeRequest request);
  ~TableOptimizer();

  // NotFound for a table that is gone; InvalidInput for columns and conditions that cannot be;
  // Unsupported, by name and before a byte is written, for a table with a feature we do not write;
  // errors of reading, writing and committing; Cancelled.
  OptimizeReport Run();
  // Called before each attempt to commit; for tests, where others commit there.
  void OnBeforeCommit(std::function<void()> called) { before_commit_ = std::move(called); }

 private:
  // As the log tells files apart; others may give one another vector meanwhile.
  struct FileName {
    std::string path;
    std::string vector_id;
  };
  // Files to be written anew together.
  struct Task {
    std::vector<FileName> files;
    // Tells partitions apart.
    size_t partition = 0;
    uint64_t live_bytes = 0;
    int attempts = 0;
    int follows = 0;
  };
  // Written, not committed.
  struct Done {
    Task task;
    std::vector<delta::AddFile> inputs;
    RewrittenFiles outputs;
    // Keys of the deletion vectors of outputs, as `outputs.keys`.
    std::vector<std::string> vectors = {};
  };

  void Begin();
  static Task TaskFor(const delta::FileTable& files, const delta::Bin& bin, size_t partition);
  void AddTasks(const std::vector<delta::Partition>& partitions);
  void Refresh();
  void Rewrite(Task task);
  // `bytes`: of the bin that is being written.
  void TellProgress(double bytes) const;
  [[nodiscard]] std::vector<delta::AddFile> LiveFiles(const Task& task) const;
  // Behind a task of that partition.
  [[nodiscard]] bool IsTimeToCommit(size_t partition) const;
  void CommitDone();
  // What is done becomes tasks again.
  void GiveAllBack();
  // The same for the bins whose files others changed and that cannot follow.
  void GiveBackStale();
  // Marks rows that others deleted of the bin's files in its new files. False: the bin has to be
  // written again.
  bool Follow(Done& done);
  // Those rows, and the bin's files as they are now. Nothing where some came back.
  struct Loss {
    std::vector<delta::OldRows> rows;
    std::vector<delta::AddFile> inputs;
  };
  [[nodiscard]] std::optional<Loss> LossOf(const Done& done) const;
  bool MarkLost(const delta::RowClaims& lost, Done& done);
  [[nodiscard]] std::vector<bool> FindStale() const;
  [[nodiscard]] OptimizeTotals TotalsOfDone() const;
  // False: another commit was first.
  bool TryCommit();
  void NoteCommitted(const OptimizeTotals& totals);
  void Retry(Task task);
  void DeleteOutputs(const Done& done) noexcept;

  duckdb::ClientContext& context_;
  LakeCatalog& catalog_;
  const std::string root_;
  const std::string name_;
  const OptimizeRequest request_;
  const CommitSize commit_size_;
  // Of the bins: for the progress that is told.
  uint64_t bytes_rewritten_ = 0;
  uint64_t bytes_to_rewrite_ = 0;
  delta::Table& table_;
  // The newest version seen.
  delta::SnapshotPtr base_;
  // The definition that the bins in `done_` were written by, and their target.
  TableViewPtr definition_;
  WriteTargetPtr target_;
  delta::CompactionRules rules_;
  std::vector<ZColumn> zcolumns_;
  std::deque<Task> tasks_;
  std::vector<Done> done_;
  uint64_t done_bytes_ = 0;
  OptimizeReport report_;
  std::function<void()> before_commit_;
};

}  // namespace laguna::catalog
