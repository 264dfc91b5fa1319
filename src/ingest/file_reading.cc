// SPDX-License-Identifier: Apache-2.0
#include "ingest/file_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/csv_sniff.h"
#include "ingest/file_function.h"
#include "ingest/json_read.h"
#include "ingest/parquet_read.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

struct Ending {
  std::string_view text;
  FileFormat format;
};

constexpr std::array<Ending, 7> kEndings = {{{".csv", FileFormat::kCsv},
                                             {".tsv", FileFormat::kCsv},
                                             {".txt", FileFormat::kCsv},
                                             {".json", FileFormat::kJson},
                                             {".jsonl", FileFormat::kJson},
                                             {".ndjson", FileFormat::kJson},
                                             {".parquet", FileFormat::kParquet}}};

FileFormat FormatOf(std::string_view path) {
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (path.ends_with(packed)) path.remove_suffix(packed.size());
  }
  const auto at =
      std::ranges::find_if(kEndings, [&](const Ending& each) { return path.ends_with(each.text); });
  if (at != kEndings.end()) return at->format;
  throw Error(ErrorKind::kInvalidInput, "read_files.format",
              fmt::format("The name of {} does not say what kind of file it is.", path))
      .Hint("Say it: format => 'csv', 'json' or 'parquet'.")
      .With("file", std::string(path));
}

constexpr const char* kDamaged =
    "The file is damaged (what tells its beginning, its end, its length or its checksum is "
    "another); "
    "none of it was read.";
constexpr const char* kCutOff = "The file is cut off; none of it was read.";

Error NotWhole(const FileRecord& file) {
  return Error(ErrorKind::kInvalidInput, "read_files.packed",
               fmt::format("{} is cut off or damaged, and there is no other file.", file.path))
      .Hint("Fetch it again, under another name.")
      .With("file", file.path);
}

std::vector<FileRecord> WithBytes(const std::vector<FileRecord>& files) {
  std::vector<FileRecord> with_bytes;
  std::ranges::copy_if(files, std::back_inserter(with_bytes),
                       [](const FileRecord& file) { return file.size_bytes > 0; });
  return with_bytes;
}

}  // namespace

std::optional<PinnedFiles> FileReading::Look(const std::vector<FileRecord>& files,
                                             const ReadFilesOptions& options,
                                             const io::Call& call) {
  if (files.empty() && !options.format) return std::nullopt;
  const FileFormat format = options.format ? *options.format : FormatOf(files.front().path);
  std::vector<FileRecord> with_bytes = WithBytes(files);
  const bool had_bytes = !with_bytes.empty();
  std::erase_if(with_bytes,
                [&](const FileRecord& file) { return StateOf(file, call) != PackedState::kWhole; });
  if (had_bytes && with_bytes.empty()) throw NotWhole(files.front());
  if (format == FileFormat::kCsv)
    return LookAtCsv(run_, shapes_, reach_, with_bytes, options, call);
  if (with_bytes.empty() && options.columns.empty()) return std::nullopt;
  PinnedFiles pinned;
  pinned.format = format;
  if (options.columns.empty()) {
    pinned.columns = format == FileFormat::kJson ? JsonColumns(run_, reach_, with_bytes)
                                                 : ParquetColumns(run_, reach_, with_bytes);
  }
  TakeGiven(pinned, options);
  return pinned;
}

FileReading::Query FileReading::Read(const std::vector<FileRecord>& files,
                                     const PinnedFiles& pinned,
                                     const std::optional<RejectTables>& rejects,
                                     const io::Call& call) {
  std::vector<FileRecord> with_bytes = WithBytes(files);
  std::vector<BadLine> not_whole;
  std::erase_if(with_bytes, [&](const FileRecord& file) {
    const PackedState state = StateOf(file, call);
    if (state == PackedState::kWhole) return false;
    not_whole.push_back(
        {.file = file.path, .reason = state == PackedState::kCutOff ? kCutOff : kDamaged});
    return true;
  });
  Query query = ReadWhole(with_bytes, pinned, rejects, call);
  query.is_utf8 = !IsLatin1(pinned.dialect) && !NeedsEngine(pinned.dialect);
  query.bad_lines.insert(query.bad_lines.begin(), not_whole.begin(), not_whole.end());
  return query;
}

PackedState FileReading::StateOf(const FileRecord& file, const io::Call& call) {
  const auto known = packed_.find(file.path);
  if (known != packed_.end() && IsSameObject(known->second.first, file))
    return known->second.second;
  PackedState state = reach_.CheckPackedFile(file.path, call);
  if (state == PackedState::kWhole && file.path.ends_with(".zst") && !Unpacks(file)) {
    state = PackedState::kDamaged;
  }
  packed_.insert_or_assign(file.path, std::pair(file, state));
  return state;
}

// The frames of zstd are whole; only unpacking them tells whether their blocks and checksums are.
bool FileReading::Unpacks(const FileRecord& file) {
  const std::string path = engine::QuotedText(reach_.AbsolutePath(file.path));
  return run_(fmt::format("SELECT {}({})", kUnpackProblemFunction, path)).at(0).at(0).IsNull();
}

FileReading::Query FileReading::ReadWhole(const std::vector<FileRecord>& with_bytes,
                                          const PinnedFiles& pinned,
                                          const std::optional<RejectTables>& rejects,
                                          const io::Call& call) {
  if (with_bytes.empty()) return {.sql = EmptyQuery(pinned)};
  switch (pinned.format) {
    case FileFormat::kCsv: {
      CsvPlan plan = PlanCsv(shapes_, reach_, with_bytes, pinned, call);
      Query query{.sql = CsvQuery(plan, pinned, reach_, rejects),
                  .bad_lines = std::move(plan.bad_lines),
                  .bad_lines_sql = CsvBadLinesQuery(plan, pinned, reach_)};
      if (!plan.mixed_files.empty() && !rejects) {
        query.bad_lines.push_back({.file = plan.mixed_files.front(), .reason = kMixedLineEnds});
      }
      return query;
    }
    case FileFormat::kParquet: {
      Query query;
      const std::vector<ParquetGroup> groups =
          ParquetGroups(run_, reach_, with_bytes, query.bad_lines);
      query.sql =
          groups.empty() ? EmptyQuery(pinned) : ParquetQuery(groups, reach_, pinned, rejects);
      query.bad_lines_sql = ParquetBadRowsQuery(groups, reach_, pinned);
      return query;
    }
    case FileFormat::kJson:
      break;
  }
  return {.sql = JsonQuery(reach_, with_bytes, pinned, rejects),
          .bad_lines_sql = JsonBadLinesQuery(reach_, with_bytes, pinned)};
}

}  // namespace laguna::ingest
