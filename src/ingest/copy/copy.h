// SPDX-License-Identifier: Apache-2.0
// Brings files and the rows of database tables into a file zone, as they are (DESIGN "Ingestion").
//
// A full copy makes the target equal to the source and writes only what differs; an incremental
// copy puts the rows that came since the last run into one new file. Both are recorded below
// _laguna/copies (copy_log.h), which is what makes them safe to kill and to run again: the result
// is the same as without the kill, and nothing is copied twice.
//
// Copy runs on the caller's thread and the session's; two copies of the same source to the same
// target wait for each other.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/lake_environment.h"
#include "connect/block.h"
#include "connect/secret.h"
#include "engine/session.h"
#include "io/object_store.h"

namespace laguna::ingest {

struct CopyEnvironment {
  const catalog::LakeEnvironment& lake;
  const connect::Blocks& blocks;
  // Where secrets come from.
  connect::Environment variables;
};

enum class CopyMode { kFull, kIncremental };
// "full", "incremental".
std::string_view NameOf(CopyMode mode);

struct CopyRequest {
  // A file, a folder, a pattern ("landing/sales/*.csv") or a table of a block ("shop:sales").
  std::string from;
  // A folder or a file of a file zone; what has a dot in its last part is a file.
  std::string to;
  CopyMode mode = CopyMode::kFull;

  // Of incremental copies:
  std::string cursor = "last_modified";
  // strptime's words for a cursor that is text; empty: ISO 8601 dates, or numbers.
  std::string cursor_format = {};
  // How far below the last cursor value rows are looked at again: "1h" for times, "5" for numbers.
  std::string lag = {};
  // Of the CSV files that are read; empty: UTF-8, and found by looking.
  std::string encoding = {};
  std::string delimiter = {};

  // Of the file that rows are written to: csv or parquet; empty: by the target's or source's name.
  std::string format = {};
  // SQLite: values of another type than their column's do not stop the copy, all are read as text.
  bool as_text = false;

  // Stops between files and while bytes flow; the session is the caller's to interrupt.
  io::Call call = {};
  // Told sentences for the user as they come up: "2 hidden files are left out: .x, _y".
  std::function<void(std::string_view)> on_notice = {};
};

struct CopiedFile {
  // Below the storage root.
  std::string key;
  // Nothing for files that are copied byte by byte.
  std::optional<int64_t> rows;
  uint64_t bytes = 0;
};

struct CopyReport {
  // As the records name it.
  std::string to;
  std::vector<CopiedFile> files;
  // Files, or tables, whose copy is there already.
  uint64_t files_unchanged = 0;
  uint64_t files_hidden = 0;
  // Of `files`, those that stood there with other bytes before. A streaming table that has read
  // them does not read them again.
  uint64_t files_replaced = 0;
  // The copy is one of rows, not of files as they are.
  bool counts_rows = false;
  // Rows that an incremental copy took though their cursor is NULL.
  int64_t rows_without_cursor = 0;
  // The highest cursor value copied so far.
  std::optional<std::string> cursor_to;

  // Of all files; nothing when rows were not counted.
  [[nodiscard]] std::optional<int64_t> rows() const;
  [[nodiscard]] uint64_t bytes() const;
};

// Errors: InvalidInput (a target in no file zone, a missing or unusable cursor, a source that is no
// CSV), NotFound (the source, its block, its table), PermissionDenied, Conflict (the source changed
// while it was read; another process copied at the same time), Unavailable (the database is gone).
// A file that failed is not published; files finished before stay, and are recorded.
CopyReport Copy(const CopyEnvironment& environment, engine::Session& session,
                const CopyRequest& request);

}  // namespace laguna::ingest
