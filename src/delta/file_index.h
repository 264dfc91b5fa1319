// SPDX-License-Identifier: Apache-2.0
// From a hash to the numbers filed under it: the persistent index behind FileTable.
//
// A trie over the bits of the hash whose leaves are small sorted arrays. A change copies the leaf
// and the branches above it and shares all the rest, so it costs a few hundred bytes however large
// the index is, and never a rebuild. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace laguna::delta {

struct FileIndexEntry {
  uint64_t hash = 0;
  uint64_t number = 0;
  auto operator<=>(const FileIndexEntry&) const = default;
};

class FileIndex {
 public:
  FileIndex() = default;

  // The entries under `hash`, by ascending number; different keys may share a hash. Valid as long
  // as this index.
  [[nodiscard]] std::span<const FileIndexEntry> Find(uint64_t hash) const;
  // This index less `removed`, plus `added`. Entries that are not there are ignored.
  [[nodiscard]] FileIndex With(std::vector<FileIndexEntry> removed,
                               std::vector<FileIndexEntry> added) const;

 private:
  struct Node;
  struct Change;
  using NodePtr = std::shared_ptr<const Node>;
  static NodePtr Apply(const NodePtr& node, const Change& change, int depth);
  static NodePtr ApplyToLeaf(const Node* leaf, const Change& change, int depth);
  static NodePtr MakeLeaf(std::vector<FileIndexEntry> entries, int depth);

  NodePtr root_;
};

}  // namespace laguna::delta
