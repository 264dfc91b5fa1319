// SPDX-License-Identifier: Apache-2.0
// What is written down of a copy: before its files (the intent) and after them (the outcome), and
// the names they have. Values and pure functions; copy_log.h keeps them in the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "io/object_store.h"

namespace laguna::ingest {

// What makes two runs the same copy.
struct CopyIdentity {
  std::string from;
  std::string to;
  // "full", "incremental".
  std::string mode;
  // Empty for full copies.
  std::string cursor;
  bool operator==(const CopyIdentity&) const = default;
};

// 16 hexadecimal digits; the same on every machine and in every version.
std::string CopyIdOf(const CopyIdentity& identity);

// What tells one content of a file from the next without reading it.
struct FileStamp {
  uint64_t bytes = 0;
  int64_t modified_ms = 0;
  std::string etag;
  bool operator==(const FileStamp&) const = default;
};
FileStamp StampOf(const io::ObjectInfo& info);
base::Json StampToJson(const FileStamp& stamp);
FileStamp StampFromJson(const base::JsonView& view);

struct PlannedFile {
  // Below the storage root.
  std::string key = {};
  // Of files: the source, and what it was.
  std::string from = {};
  std::optional<FileStamp> source = {};
  // What stood at `key` before; a file that is not this one was written by us.
  std::optional<FileStamp> replaced = {};
  // Of rows: their number, and what they add up to.
  std::optional<int64_t> rows = {};
  std::string fingerprint = {};
};

struct CursorState {
  // The SQL type that values are compared as; empty while no row has had one.
  std::string type;
  // The highest value before and after the run.
  std::optional<std::string> from;
  std::optional<std::string> to;
  // From here on the window knows every row that was copied; nothing: all of them.
  std::optional<std::string> window_from;
  // The object with the hashes of those rows.
  std::string window;
  int64_t rows_without_cursor = 0;
};

// Enough to finish or to forget the run after a crash.
struct CopyIntent {
  CopyIdentity copy;
  int64_t started_ms = 0;
  // Made up for each run; tells a process its own record.
  std::string writer;
  std::vector<PlannedFile> files;
  std::optional<CursorState> cursor;
};

struct FinishedFile {
  std::string key;
  FileStamp target;
};

struct CopyOutcome {
  int64_t finished_ms = 0;
  // Written by a later run, which found the files of one that was killed.
  bool recovered = false;
  // Those of the intent that were published.
  std::vector<FinishedFile> files;
};

struct CopyRecord {
  int64_t number = 0;
  CopyIntent intent;
  // Nothing while the run is under way, or after it was killed.
  std::optional<CopyOutcome> outcome;
};

std::string IntentToJson(const CopyIntent& intent);
std::string OutcomeToJson(const CopyOutcome& outcome);
// `file` names the document in errors, which are Corrupt.
CopyIntent IntentFromJson(std::string_view text, const std::string& file);
CopyOutcome OutcomeFromJson(std::string_view text, const std::string& file);

// "sales_20130101T000000Z_7_9f86d081884c7d65.csv". A number is given out once for each copy, so
// with the copy's id in it no other run, of this copy or another, ever makes the same name.
std::string RunFileName(std::string_view stem, int64_t started_ms, int64_t number,
                        std::string_view copy_id, std::string_view format);

}  // namespace laguna::ingest
