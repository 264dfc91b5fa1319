// SPDX-License-Identifier: Apache-2.0
#include "ingest/files_table.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "base/iso_time.h"
#include "ingest/batch_plan.h"
#include "ingest/file_reach.h"
#include "ingest/offset_log.h"
#include "ingest/stream_claim.h"
#include "ingest/stream_object.h"

namespace laguna::ingest {
namespace {

using engine::ValueList;

constexpr const char* kTimeType = "TIMESTAMP WITH TIME ZONE";

std::vector<engine::RowColumn> Columns() {
  return {{"table", "VARCHAR"}, {"stream", "VARCHAR"},   {"batch", "BIGINT"}, {"file", "VARCHAR"},
          {"bytes", "BIGINT"},  {"modified", kTimeType}, {"state", "VARCHAR"}};
}

struct StreamOfTable {
  std::string table;
  std::string stream_id;
};

struct ReadFile {
  int64_t batch = 0;
  FileRecord record;
};

// By table; those whose first batch is committed.
std::vector<StreamOfTable> Streams(io::ObjectStore& store) {
  const std::string folder = fmt::format("{}/tables/", kStreamsFolder);
  std::set<std::string> tables;
  for (const io::ObjectInfo& object : io::ListAll(store, folder)) {
    const std::string_view rest = std::string_view(object.key).substr(folder.size());
    const size_t zone = rest.find('/');
    const size_t table = rest.rfind('/');
    if (zone == std::string_view::npos || zone == table) continue;
    tables.insert(
        fmt::format("{}.{}", rest.substr(0, zone), rest.substr(zone + 1, table - zone - 1)));
  }
  std::vector<StreamOfTable> streams;
  for (const std::string& table : tables) {
    const StreamClaim claim = StreamClaims(store, table).Last({});
    if (claim.confirmed) streams.push_back({table, claim.stream_id});
  }
  return streams;
}

// In the order of batches, with the last time that is known of each.
std::vector<ReadFile> FilesOf(io::ObjectStore& store, const std::string& stream_id) {
  const std::vector<OffsetEntry> entries = OffsetLog(store, stream_id).Read({});
  std::vector<ReadFile> files;
  std::map<std::string, size_t> places;
  for (const OffsetEntry* entry : Committed(entries, std::numeric_limits<int64_t>::max())) {
    for (const SourceRange& range : entry->sources) {
      const auto* read = std::get_if<FileRange>(&range);
      if (read == nullptr) continue;
      for (const FileRecord& file : read->files) {
        places.insert_or_assign(file.path, files.size());
        files.push_back({entry->batch, file});
      }
      for (const FileRecord& file : read->restamped) {
        const auto place = places.find(file.path);
        if (place != places.end()) files[place->second].record = file;
      }
    }
  }
  return files;
}

// One stream in memory at a time.
class FilesReader final : public engine::RowReader {
 public:
  explicit FilesReader(const catalog::LakeEnvironment& environment)
      : store_(environment.store), reach_(environment), streams_(Streams(environment.store)) {}

  std::vector<ValueList> Next(size_t rows_max) override {
    std::vector<ValueList> rows;
    while (rows.size() < rows_max && Advance()) rows.push_back(RowOf(files_[next_file_++]));
    return rows;
  }

 private:
  // To a stream that has another file; false after the last.
  bool Advance() {
    while (next_file_ == files_.size()) {
      if (next_stream_ == streams_.size()) return false;
      files_ = FilesOf(store_, streams_[next_stream_++].stream_id);
      next_file_ = 0;
    }
    return true;
  }

  ValueList RowOf(const ReadFile& file) {
    const StreamOfTable& stream = streams_[next_stream_ - 1];
    return {stream.table,
            stream.stream_id,
            file.batch,
            file.record.path,
            file.record.size_bytes,
            engine::Typed{kTimeType, base::FormatIsoMs(file.record.modified_ms)},
            std::string(StateOf(file.record))};
  }

  std::string_view StateOf(const FileRecord& file) {
    const auto now = reach_.Head(file.path, {});
    if (!now) return "gone";
    if (IsAsRead(*now, file)) return "read";
    const bool same = now->size_bytes == file.size_bytes && !file.content_hash.empty() &&
                      reach_.ContentHashOfFile(file.path, {}) == file.content_hash;
    return same ? "read" : "changed";
  }

  io::ObjectStore& store_;
  FileReach reach_;
  const std::vector<StreamOfTable> streams_;
  size_t next_stream_ = 0;
  std::vector<ReadFile> files_;
  size_t next_file_ = 0;
};

}  // namespace

engine::RowSource FilesTable(const catalog::LakeEnvironment& environment) {
  engine::RowSource source;
  source.name = "files";
  source.columns = [](const engine::NamedValues&) { return Columns(); };
  source.open = [&environment](const engine::NamedValues&) {
    return std::make_unique<FilesReader>(environment);
  };
  return source;
}

}  // namespace laguna::ingest
