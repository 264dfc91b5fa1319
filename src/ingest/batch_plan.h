// SPDX-License-Identifier: Apache-2.0
// Which files a batch takes: pure decisions over a listing and what was read before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "ingest/offset_entry.h"

namespace laguna::ingest {

// What a plan asks of the files themselves.
struct FileFacts {
  // What one file has and no other, however its path is spelled.
  std::function<std::string(const std::string& path)> identity = [](const std::string& path) {
    return path;
  };
  // Whether a file has the bytes that were read, though its time is another one.
  std::function<bool(const FileRecord& now, const FileRecord& then)> has_same_bytes =
      [](const FileRecord&, const FileRecord&) { return false; };
};

// The files of all batches that count, by their identity: the last record of each.
using FileLedger = std::map<std::string, FileRecord>;

struct BatchLimits {
  int64_t files_max = 1000;
  int64_t bytes_max = int64_t{4} << 30;
  // Everything at once, whatever else limits a batch.
  bool whole = false;
};

struct FilePlan {
  FileRange range;
  // New files that did not fit.
  bool has_more = false;
  // Files read before that are not as they were.
  std::vector<std::string> changed;
};

// The first files (by path) that are not in the ledger, within the limits but at least one. Files
// without a byte wait until they have some. The range says of what was read which of it has another
// time only.
FilePlan PlanFiles(std::span<const FileRecord> listing, const FileLedger& ledger,
                   const BatchLimits& limits, const FileFacts& facts = {});

// Adds the files of source `source` of `entry`.
void AddToLedger(FileLedger& ledger, const OffsetEntry& entry, size_t source,
                 const FileFacts& facts = {});

// Up to `wanted` places of a list of `size`: the first, the last, and evenly spaced ones between.
std::vector<size_t> SpacedPlaces(size_t size, size_t wanted);

// Whether a file has the size and the time it had. The etag of a local file changes when a lake is
// copied, and does not count.
bool IsAsRead(const FileRecord& now, const FileRecord& then);

// The batches whose rows are in a table that has `last_committed`: those up to it that no other one
// of them replaces. `entries` are in the order of batches.
std::vector<const OffsetEntry*> Committed(const std::vector<OffsetEntry>& entries,
                                          int64_t last_committed);
// The first batch behind `last_committed` that is to be run; null when there is none.
const OffsetEntry* NextPlanned(const std::vector<OffsetEntry>& entries, int64_t last_committed);

}  // namespace laguna::ingest
