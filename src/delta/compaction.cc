// SPDX-License-Identifier: Apache-2.0
#include "delta/compaction.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace laguna::delta {
namespace {

uint64_t BytesOf(const FileView& file) {
  return file.size_bytes() > 0 ? static_cast<uint64_t>(file.size_bytes()) : 0;
}

// The share of a file's rows that its deletion vector takes away; 0 where nobody knows.
double DeletedShare(const FileView& file) {
  const auto records = file.RecordCount();
  const auto vector = file.deletion_vector();
  if (!vector || !records || *records <= 0) return 0;
  return static_cast<double>(vector->cardinality) / static_cast<double>(*records);
}

uint64_t LiveBytes(const FileView& file) {
  const double live = 1 - DeletedShare(file);
  return live <= 0 ? 0 : static_cast<uint64_t>(static_cast<double>(BytesOf(file)) * live);
}

// Tells partitions apart: names and values with their lengths.
std::string KeyOf(const FileView& file) {
  std::string key;
  for (const FileRow::PartitionValue& entry : file.partition_values()) {
    key += std::to_string(entry.name.size()) + ':';
    key += entry.name;
    key += entry.value ? std::to_string(entry.value->size()) + '=' : "NULL";
    if (entry.value) key += *entry.value;
  }
  return key;
}

bool IsWorthIt(const FileTable& files, const Bin& bin, const CompactionRules& rules) {
  if (bin.files.size() != 1) return !bin.files.empty();
  return NeedsRewriteAlone(files.at(bin.files[0]), rules);
}

}  // namespace

CompactionRules RulesFor(Rewrite rewrite, uint64_t target_bytes) {
  return {rewrite, target_bytes, target_bytes - target_bytes / 4, nullptr};
}

bool IsCandidate(const FileView& file, const CompactionRules& rules) {
  if (NeedsRewriteAlone(file, rules)) return true;
  return rules.rewrite == Rewrite::kUnfit && BytesOf(file) < rules.small_bytes;
}

bool NeedsRewriteAlone(const FileView& file, const CompactionRules& rules) {
  if (rules.also && rules.also->contains(file.path())) return true;
  switch (rules.rewrite) {
    case Rewrite::kAll:
      return true;
    case Rewrite::kVectors:
      return file.has_deletion_vector();
    case Rewrite::kUnfit:
      break;
  }
  return !file.RecordCount() || DeletedShare(file) > kDeletedShareMax;
}

std::vector<Partition> PartitionsOf(const FileTable& files,
                                    const std::function<bool(const FileView&)>& wanted) {
  // Nothing: not wanted.
  std::unordered_map<std::string, std::optional<size_t>> places;
  std::vector<Partition> partitions;
  for (size_t number = 0; number < files.size(); ++number) {
    const FileView file = files.at(number);
    const auto [place, is_new] = places.try_emplace(KeyOf(file));
    if (is_new && (!wanted || wanted(file))) {
      place->second = partitions.size();
      partitions.emplace_back();
    }
    if (place->second) partitions[*place->second].files.push_back(number);
  }
  return partitions;
}

std::vector<Bin> PackBins(const FileTable& files, const Partition& partition,
                          const CompactionRules& rules) {
  std::vector<Bin> bins;
  Bin open;
  const auto close = [&] {
    if (IsWorthIt(files, open, rules)) bins.push_back(std::move(open));
    open = {};
  };
  for (const size_t number : partition.files) {
    const FileView file = files.at(number);
    if (!IsCandidate(file, rules)) continue;
    const uint64_t bytes = LiveBytes(file);
    const bool is_full = !open.files.empty() && open.live_bytes + bytes > rules.target_bytes;
    if (is_full && rules.rewrite != Rewrite::kAll) close();
    open.files.push_back(number);
    open.live_bytes += bytes;
  }
  close();
  return bins;
}

}  // namespace laguna::delta
