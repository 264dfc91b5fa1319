// SPDX-License-Identifier: Apache-2.0
// One batch of a stream as its offset log has it: what each source gives to it. Values and pure
// functions; the texts are hostile when read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laguna::ingest {

struct FileRecord {
  // Below the storage root ("landing/sales/a.csv"), or absolute.
  std::string path;
  int64_t size_bytes = 0;
  int64_t modified_ms = 0;
  // Empty where the store has none.
  std::string etag;
  // content_hash.h; empty: not known.
  std::string content_hash = {};
  bool operator==(const FileRecord&) const = default;
};

// The same object of a store, untouched since.
bool IsSameObject(const FileRecord& one, const FileRecord& other);

// Files read to their end.
struct FileRange {
  std::vector<FileRecord> files;
  // Read by earlier batches, and since then given another time, but no other bytes: the lake was
  // copied, a file touched.
  std::vector<FileRecord> restamped = {};
  bool operator==(const FileRange&) const = default;
};

// The rows that versions (from, to] of a table added; from -1: all rows of version `to`.
struct TableRange {
  // "bronze.sales".
  std::string table;
  std::string table_id;
  int64_t from = -1;
  int64_t to = -1;
  // Of the text of the commit that made version `to`, as of a file's bytes; empty: not known.
  std::string commit_hash = {};
  bool operator==(const TableRange&) const = default;
};

using SourceRange = std::variant<FileRange, TableRange>;

struct OffsetEntry {
  int64_t batch = 0;
  // A batch that was never committed and never will be: its files changed before they were read.
  std::optional<int64_t> replaces;
  // What was done with the rows: a fingerprint of the query and its checks. Empty: not known.
  std::string definition;
  // In the order of the query's sources.
  std::vector<SourceRange> sources;
  bool operator==(const OffsetEntry&) const = default;
};

// One line.
std::string ToText(const OffsetEntry& entry);
// Corrupt, naming `file`, for what is no entry of batch `batch`; Unsupported "stream.log_newer" for
// one of a later format.
OffsetEntry ParseOffsetEntry(std::string_view text, const std::string& file, int64_t batch);

}  // namespace laguna::ingest
