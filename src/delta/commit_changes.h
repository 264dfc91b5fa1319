// SPDX-License-Identifier: Apache-2.0
// Which rows a commit inserted and deleted, told by files (protocol section "Add CDC File").
//
// A commit with change data files says it by them. Any other says it by the files it adds and
// removes with dataChange: all their live rows, or, where a file stays and only its deletion vector
// changes, the rows by which the two vectors differ. That is what a change is, as long as the
// commit did not write rows anew that it did not change. Pure; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delta/action.h"

namespace laguna::delta {

enum class ChangeKind { kInsert, kDelete };

// Rows that are in one deletion vector and not in another.
struct VectorDifference {
  DeletionVectorDescriptor in;
  std::optional<DeletionVectorDescriptor> not_in;
};

struct FileChange {
  ChangeKind kind = ChangeKind::kInsert;
  // Its live rows changed, unless `rows` says which.
  AddFile file;
  std::optional<VectorDifference> rows;
  // A removed file whose entry does not tell its partition values: they are those it was added
  // with.
  bool lacks_partition_values = false;
};

struct CommitChanges {
  // If there are any, they are all there is to say.
  std::vector<AddCdcFile> change_data_files;
  // Else these.
  std::vector<FileChange> files;
  // Files went and others came, by an operation that keeps rows: rows that it did not change may
  // stand in both, unless the table has a change data feed.
  bool may_rewrite_rows = false;
  // The table's new definition, where the commit has one.
  std::optional<Metadata> metadata;
};

[[nodiscard]] CommitChanges ChangesOf(std::span<const Action> actions);

}  // namespace laguna::delta
