// SPDX-License-Identifier: Apache-2.0
#include "delta/row_rebase.h"

#include <optional>
#include <utility>

#include "delta/deletion_vector_writer.h"
#include "delta/statistics.h"

namespace laguna::delta {
namespace {

AddFile WithVector(AddFile file, DeletionVectorDescriptor vector) {
  file.deletion_vector = std::move(vector);
  file.statistics_json = LoosenBounds(file.statistics_json);
  file.data_change = true;
  return file;
}

bool IsEmptied(const AddFile& file, const DeletionVector& deleted) {
  const std::optional<int64_t> rows = ParseRecordCount(file.statistics_json);
  return rows && *rows >= 0 && deleted.Cardinality() == static_cast<uint64_t>(*rows);
}

}  // namespace

RebasedFiles RowRebase::Rebase(const ClaimedRows& claims, const io::Call& call) {
  unneeded_.insert(unneeded_.end(), last_.begin(), last_.end());
  last_.clear();
  DeletionVectorWriter writer(store_, root_, random_);
  RebasedFiles rebased;
  rebased.left = claims.left();
  try {
    for (const auto& [path, file] : claims.moved()) {
      const auto& now = file.entry.deletion_vector;
      RebasedFile& next = rebased.files[path];
      next.old_vector_id = now ? now->UniqueId() : "";
      const DeletionVector deleted =
          DeletionVector::Union(file.deleted, claims.rows().at(path).deleted);
      if (IsEmptied(file.entry, deleted)) continue;
      next.entry = WithVector(file.entry, writer.Write(deleted, call));
    }
    writer.Finish(call);
  } catch (...) {
    unneeded_.insert(unneeded_.end(), writer.keys().begin(), writer.keys().end());
    throw;
  }
  last_ = writer.keys();
  return rebased;
}

void RowRebase::KeepLast() noexcept {
  last_.clear();
  DeleteUnneeded();
}

void RowRebase::KeepNone() noexcept {
  try {
    unneeded_.insert(unneeded_.end(), last_.begin(), last_.end());
  } catch (...) {
    // Without memory for it: a file that no log names is invisible, and VACUUM removes it.
  }
  KeepLast();
}

void RowRebase::DeleteUnneeded() noexcept {
  if (unneeded_.empty()) return;
  try {
    store_.DeleteMany(unneeded_);
  } catch (...) {
    // As above.
  }
  unneeded_.clear();
}

}  // namespace laguna::delta
