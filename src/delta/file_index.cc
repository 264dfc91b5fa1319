// SPDX-License-Identifier: Apache-2.0
#include "delta/file_index.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace laguna::delta {
namespace {

constexpr int kBranchBits = 5;
constexpr size_t kBranchWidth = 1U << kBranchBits;
// Past this depth the bits of the hash are used up and a leaf may grow without limit.
constexpr int kDepthMax = 64 / kBranchBits;
constexpr size_t kLeafMax = 64;

size_t Slot(uint64_t hash, int depth) {
  return (hash << (depth * kBranchBits)) >> (64 - kBranchBits);
}

// The part of sorted `entries` that belongs below slot `slot`; advances `from` behind it.
std::span<const FileIndexEntry> TakeSlot(std::span<const FileIndexEntry> entries, size_t& from,
                                         size_t slot, int depth) {
  size_t begin = from;
  while (from < entries.size() && Slot(entries[from].hash, depth) == slot) ++from;
  return entries.subspan(begin, from - begin);
}

}  // namespace

// Either a branch (children used, entries empty) or a leaf.
struct FileIndex::Node {
  bool is_branch = false;
  std::array<NodePtr, kBranchWidth> children;
  std::vector<FileIndexEntry> entries;
};

struct FileIndex::Change {
  std::span<const FileIndexEntry> removed;
  std::span<const FileIndexEntry> added;
  [[nodiscard]] bool empty() const { return removed.empty() && added.empty(); }
};

std::span<const FileIndexEntry> FileIndex::Find(uint64_t hash) const {
  const Node* node = root_.get();
  for (int depth = 0; node != nullptr && node->is_branch; ++depth) {
    node = node->children[Slot(hash, depth)].get();
  }
  if (node == nullptr) return {};
  auto [first, last] = std::equal_range(
      node->entries.begin(), node->entries.end(), FileIndexEntry{hash, 0},
      [](const FileIndexEntry& a, const FileIndexEntry& b) { return a.hash < b.hash; });
  return {first, last};
}

FileIndex FileIndex::With(std::vector<FileIndexEntry> removed,
                          std::vector<FileIndexEntry> added) const {
  std::sort(removed.begin(), removed.end());
  std::sort(added.begin(), added.end());
  FileIndex result;
  result.root_ = Apply(root_, Change{removed, added}, 0);
  return result;
}

FileIndex::NodePtr FileIndex::Apply(const NodePtr& node, const Change& change, int depth) {
  if (change.empty()) return node;
  if (node == nullptr || !node->is_branch) return ApplyToLeaf(node.get(), change, depth);
  auto copy = std::make_shared<Node>(*node);
  size_t removed_from = 0;
  size_t added_from = 0;
  for (size_t slot = 0; slot < kBranchWidth; ++slot) {
    Change part{TakeSlot(change.removed, removed_from, slot, depth),
                TakeSlot(change.added, added_from, slot, depth)};
    copy->children[slot] = Apply(copy->children[slot], part, depth + 1);
  }
  return copy;
}

FileIndex::NodePtr FileIndex::ApplyToLeaf(const Node* leaf, const Change& change, int depth) {
  std::vector<FileIndexEntry> kept;
  if (leaf != nullptr) {
    std::set_difference(leaf->entries.begin(), leaf->entries.end(), change.removed.begin(),
                        change.removed.end(), std::back_inserter(kept));
  }
  std::vector<FileIndexEntry> merged;
  merged.reserve(kept.size() + change.added.size());
  std::merge(kept.begin(), kept.end(), change.added.begin(), change.added.end(),
             std::back_inserter(merged));
  return MakeLeaf(std::move(merged), depth);
}

FileIndex::NodePtr FileIndex::MakeLeaf(std::vector<FileIndexEntry> entries, int depth) {
  if (entries.empty()) return nullptr;
  auto node = std::make_shared<Node>();
  if (entries.size() <= kLeafMax || depth >= kDepthMax) {
    node->entries = std::move(entries);
    return node;
  }
  node->is_branch = true;
  size_t from = 0;
  for (size_t slot = 0; slot < kBranchWidth; ++slot) {
    auto part = TakeSlot(entries, from, slot, depth);
    node->children[slot] = MakeLeaf({part.begin(), part.end()}, depth + 1);
  }
  return node;
}

}  // namespace laguna::delta
