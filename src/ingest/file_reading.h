// SPDX-License-Identifier: Apache-2.0
// The formats of read_files behind one face: looking at the files of a source, and reading them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/csv_read.h"
#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"
#include "ingest/read_files_options.h"

namespace laguna::ingest {

// What reading files needs; lives as long as one update, or one query.
class FileReading {
 public:
  FileReading(const catalog::LakeEnvironment& environment, RunText run)
      : run_(run), reach_(environment), shapes_(std::move(run), reach_) {}

  // Columns and dialect of the files of a first batch; nothing when no file has a byte and the
  // options name no columns.
  std::optional<PinnedFiles> Look(const std::vector<FileRecord>& files,
                                  const ReadFilesOptions& options, const io::Call& call);
  // A query that gives ColumnsOf(pinned). Without `rejects`, what cannot be read is an error of it.
  struct Query {
    std::string sql;
    std::vector<BadLine> bad_lines = {};
    // Gives more of them: file, line, byte_offset, column_name, reason,
    // content. Empty: none.
    std::string bad_lines_sql = {};
    // The bytes of the files are the text of their lines.
    bool is_utf8 = false;
  };
  Query Read(const std::vector<FileRecord>& files, const PinnedFiles& pinned,
             const std::optional<RejectTables>& rejects, const io::Call& call);

  // Whether a packed file, or a Parquet file, is whole; each is looked at once.
  PackedState StateOf(const FileRecord& file, const io::Call& call);

  FileReach& reach() { return reach_; }
  const RunText& run() { return run_; }

 private:
  bool Unpacks(const FileRecord& file);
  Query ReadWhole(const std::vector<FileRecord>& with_bytes, const PinnedFiles& pinned,
                  const std::optional<RejectTables>& rejects, const io::Call& call);

  RunText run_;
  FileReach reach_;
  CsvShapes shapes_;
  std::map<std::string, std::pair<FileRecord, PackedState>> packed_;
};

}  // namespace laguna::ingest
