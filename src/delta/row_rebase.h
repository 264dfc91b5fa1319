// SPDX-License-Identifier: Apache-2.0
// Deletion vectors written anew, because others changed the same files while a commit was on its
// way, or wrote them anew: theirs and ours together. Belongs to one thread.
//
// Each rebase writes all of them, and nobody needs those of the one before. What was written is
// deleted by the end of a commit that leaves it unneeded (KeepLast, KeepNone); nothing is when it
// is not known how the commit ended.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "delta/commit_loop.h"
#include "delta/conflict.h"
#include "io/object_store.h"

namespace laguna::delta {

class RowRebase {
 public:
  // For the table at `root`; all outlive the object.
  RowRebase(io::ObjectStore& store, const std::string& root, base::Random& random)
      : store_(store), root_(root), random_(random) {}

  // The files that others changed or made, less the claimed rows that go. Their vectors are
  // durable. Errors are the store's.
  [[nodiscard]] RebasedFiles Rebase(const ClaimedRows& claims, const io::Call& call);

  void KeepLast() noexcept;
  void KeepNone() noexcept;

 private:
  void DeleteUnneeded() noexcept;

  io::ObjectStore& store_;
  const std::string& root_;
  base::Random& random_;
  // Keys of the vectors of the last rebase, and of those before it.
  std::vector<std::string> last_;
  std::vector<std::string> unneeded_;
};

}  // namespace laguna::delta
