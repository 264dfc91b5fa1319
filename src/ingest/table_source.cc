// SPDX-License-Identifier: Apache-2.0
// A table of the lake as a source: the rows its versions added.
#include <fmt/format.h>
#include <strings.h>

#include <utility>

#include "base/error.h"
#include "catalog/session_table.h"
#include "delta/log_path.h"
#include "engine/sql_text.h"
#include "ingest/content_hash.h"
#include "ingest/lake_table_name.h"
#include "ingest/stream_source.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

Error Rewritten(const std::string& table, std::string_view how) {
  return Error(ErrorKind::kInvalidInput, "stream.source_rewritten",
               fmt::format("Table {} {}, so what was read from it before no longer holds.", table,
                           how))
      .Hint("Read everything again with --full-refresh.")
      .With("source", table);
}

class TableSource final : public StreamSource {
 public:
  TableSource(const catalog::LakeEnvironment& environment, engine::Session& session,
              std::string table)
      : store_(environment.store), session_(session), table_(std::move(table)) {}

  std::optional<PinnedSource> Look(const BatchLimits& /*limits*/,
                                   const io::Call& /*call*/) override {
    if (!State()) return std::nullopt;
    PinnedSource pinned;
    pinned.table = table_;
    return pinned;
  }

  std::string Missing() override { return fmt::format("the table {}", table_); }

  void Take(const PinnedSource& pinned) override {
    if (strcasecmp(pinned.table.c_str(), table_.c_str()) == 0) return;
    throw Error(ErrorKind::kInvalidInput, "stream.source_changed",
                fmt::format("The query now reads STREAM {}, but its table was fed from {} so far.",
                            table_, pinned.files ? "files" : pinned.table))
        .Hint("Read everything again with --full-refresh.");
  }

  ColumnList Columns() const override {
    ColumnList columns;
    const auto state = catalog::ReadTableState(session_, table_);
    if (!state) return columns;
    for (const engine::ResultColumn& column : state->columns) {
      columns.push_back({column.name, column.type});
    }
    return columns;
  }

  NextRange Next(const std::vector<const OffsetEntry*>& read, size_t number,
                 const BatchLimits& /*limits*/, const io::Call& call) override {
    const auto state = State();
    if (!state) throw Rewritten(table_, "is gone");
    TableRange range{.table = table_, .table_id = state->id, .from = -1, .to = state->version};
    if (const TableRange* last = LastRange(read, number)) {
      if (last->table_id != state->id) throw Rewritten(table_, "was made anew");
      if (last->to > state->version) throw Rewritten(table_, "has lost versions");
      RefuseOtherCommit(*state, *last, call);
      range.from = last->to;
    }
    range.commit_hash = CommitHash(*state, range.to, call);
    return {.range = range, .has_new = range.to > range.from};
  }

  bool IsNamedBy(const PinnedSource& pinned) const override {
    return !pinned.files && strcasecmp(pinned.table.c_str(), table_.c_str()) == 0;
  }

  std::optional<std::string> FindChange(const SourceRange& range, Moment /*moment*/,
                                        const io::Call& call) override {
    const auto& planned = std::get<TableRange>(range);
    const auto state = State();
    if (!state) throw Rewritten(table_, "is gone");
    if (state->id != planned.table_id) throw Rewritten(table_, "was made anew");
    RefuseOtherCommit(*state, planned, call);
    return std::nullopt;
  }

  // A version of a table stays as it is.
  bool LeaveOutChanged(const SourceRange& /*range*/, const io::Call& /*call*/) override {
    return false;
  }

  FileReading::Query Query(const SourceRange& range, const RejectTables& /*rejects*/,
                           const io::Call& /*call*/) override {
    const auto& planned = std::get<TableRange>(range);
    return {.sql = fmt::format("SELECT * FROM {}({}, {}, {})", catalog::kAddedRowsFunction,
                               engine::QuotedText(table_), planned.from, planned.to)};
  }

  std::optional<PinnedSource> Widen(const RejectTables& /*rejects*/) override {
    return std::nullopt;
  }

 private:
  // Empty when the log no longer has the commit: it is older than a checkpoint.
  std::string CommitHash(const catalog::TableState& state, int64_t version, const io::Call& call) {
    const std::vector<std::string> parts = NameParts(state.name);
    const std::string key = delta::CommitKey(fmt::format("{}/{}", parts[1], parts[2]), version);
    if (!store_.Head(key, call)) return "";
    return ContentHashOf(*store_.Open(key, call), call);
  }

  // A table that was put back from a backup and written to again has other commits under the
  // numbers that were read.
  void RefuseOtherCommit(const catalog::TableState& state, const TableRange& read,
                         const io::Call& call) {
    if (read.commit_hash.empty()) return;
    const std::string now = CommitHash(state, read.to, call);
    if (now.empty() || now == read.commit_hash) return;
    throw Rewritten(table_, fmt::format("has another version {} than the one that was read (was it "
                                        "put back from a backup?)",
                                        read.to));
  }

  std::optional<catalog::TableState> State() const {
    return catalog::ReadTableState(session_, table_);
  }

  static const TableRange* LastRange(const std::vector<const OffsetEntry*>& read, size_t number) {
    if (read.empty() || number >= read.back()->sources.size()) return nullptr;
    return std::get_if<TableRange>(&read.back()->sources[number]);
  }

  io::ObjectStore& store_;
  engine::Session& session_;
  const std::string table_;
};

}  // namespace

std::unique_ptr<StreamSource> MakeTableSource(const catalog::LakeEnvironment& environment,
                                              engine::Session& session, const std::string& table) {
  return std::make_unique<TableSource>(environment, session, table);
}

}  // namespace laguna::ingest
