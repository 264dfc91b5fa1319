// SPDX-License-Identifier: Apache-2.0
#include "ingest/batch_plan.h"

#include <set>
#include <utility>

namespace laguna::ingest {
namespace {

// A file that was read before.
void PlanReadFile(const FileRecord& now, const FileRecord& then, const FileFacts& facts,
                  FilePlan& plan) {
  if (IsAsRead(now, then)) return;
  if (now.size_bytes != then.size_bytes || !facts.has_same_bytes(now, then)) {
    plan.changed.push_back(now.path);
    return;
  }
  FileRecord restamped = now;
  restamped.content_hash = then.content_hash;
  plan.range.restamped.push_back(std::move(restamped));
}

}  // namespace

bool IsAsRead(const FileRecord& now, const FileRecord& then) {
  return now.size_bytes == then.size_bytes && now.modified_ms == then.modified_ms;
}

FilePlan PlanFiles(std::span<const FileRecord> listing, const FileLedger& ledger,
                   const BatchLimits& limits, const FileFacts& facts) {
  FilePlan plan;
  int64_t bytes = 0;
  for (const FileRecord& file : listing) {
    const auto read = ledger.find(facts.identity(file.path));
    if (read != ledger.end()) {
      PlanReadFile(file, read->second, facts, plan);
      continue;
    }
    // Somebody has opened it and not written yet.
    if (file.size_bytes == 0) continue;
    auto& files = plan.range.files;
    const bool fits = limits.whole || (static_cast<int64_t>(files.size()) < limits.files_max &&
                                       bytes + file.size_bytes <= limits.bytes_max);
    if (plan.has_more || (!fits && !files.empty())) {
      plan.has_more = true;
      continue;
    }
    bytes += file.size_bytes;
    files.push_back(file);
  }
  return plan;
}

void AddToLedger(FileLedger& ledger, const OffsetEntry& entry, size_t source,
                 const FileFacts& facts) {
  if (source >= entry.sources.size()) return;
  const auto* range = std::get_if<FileRange>(&entry.sources[source]);
  if (range == nullptr) return;
  for (const auto* files : {&range->files, &range->restamped}) {
    for (const FileRecord& file : *files) ledger[facts.identity(file.path)] = file;
  }
}

std::vector<size_t> SpacedPlaces(size_t size, size_t wanted) {
  std::vector<size_t> places;
  if (size <= wanted) {
    for (size_t i = 0; i < size; ++i) places.push_back(i);
    return places;
  }
  if (wanted == 1) return {0};
  for (size_t i = 0; i < wanted; ++i) places.push_back(i * (size - 1) / (wanted - 1));
  return places;
}

std::vector<const OffsetEntry*> Committed(const std::vector<OffsetEntry>& entries,
                                          int64_t last_committed) {
  std::set<int64_t> replaced;
  std::vector<const OffsetEntry*> committed;
  for (const OffsetEntry& entry : entries) {
    if (entry.batch <= last_committed && entry.replaces) replaced.insert(*entry.replaces);
  }
  for (const OffsetEntry& entry : entries) {
    if (entry.batch <= last_committed && !replaced.contains(entry.batch)) {
      committed.push_back(&entry);
    }
  }
  return committed;
}

const OffsetEntry* NextPlanned(const std::vector<OffsetEntry>& entries, int64_t last_committed) {
  std::set<int64_t> replaced;
  for (const OffsetEntry& entry : entries) {
    if (entry.replaces) replaced.insert(*entry.replaces);
  }
  for (const OffsetEntry& entry : entries) {
    if (entry.batch > last_committed && !replaced.contains(entry.batch)) return &entry;
  }
  return nullptr;
}

}  // namespace laguna::ingest
