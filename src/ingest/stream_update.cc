// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "catalog/session_table.h"
#include "engine/sql_text.h"
#include "ingest/audited_write.h"
#include "ingest/bad_lines.h"
#include "ingest/definition_fingerprint.h"
#include "ingest/lake_table_name.h"
#include "ingest/offset_log.h"
#include "ingest/side_table.h"
#include "ingest/stream_source.h"
#include "ingest/table_lock.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// BIGINT to DOUBLE, DOUBLE to VARCHAR, and one run that finds nothing.
constexpr int kAttemptsMax = 3;

struct Batch {
  const OffsetEntry* entry = nullptr;
  // There may be another one behind it.
  bool has_more = false;
};

int64_t CommittedBatch(const std::optional<catalog::TableState>& table,
                       const std::string& stream_id) {
  if (!table) return -1;
  const auto at = table->transaction_versions.find(stream_id);
  return at == table->transaction_versions.end() ? -1 : at->second;
}

Error NotFedByStream(const std::string& table) {
  return Error(ErrorKind::kInvalidInput, "stream.foreign_table",
               fmt::format("Table {} is there already, but no stream feeds it.", table))
      .Hint("Name the streaming table differently, or drop that table first.")
      .With("table", table);
}

// The property and the first batch were committed together.
Error PositionLost(const std::string& table) {
  return Error(ErrorKind::kCorrupt, "stream.position_lost",
               fmt::format("The log of table {} no longer says which batch of its stream it has.",
                           table))
      .Hint(
          "delta.setTransactionRetentionDuration makes tables forget it. Read everything again "
          "with --full-refresh.")
      .With("table", table);
}

class StreamUpdate {
 public:
  StreamUpdate(const catalog::LakeEnvironment& environment, engine::Session& session,
               const TableDefinition& definition, const StreamUpdateOptions& options)
      : environment_(environment),
        session_(session),
        definition_(definition),
        options_(options),
        // A refresh replaces the table in one commit, so that nobody sees half of it.
        limits_{options.files_per_batch_max, options.bytes_per_batch_max, options.full_refresh},
        reach_(environment) {}

  UpdateReport Run() {
    const io::FileLock lock =
        LockTable(environment_, definition_.table, options_.call, options_.on_notice);
    MakeSources();
    UpdateReport report;
    if (!Begin()) {
      report.waits_for_source = true;
      return report;
    }
    while (const auto batch = NextBatch()) {
      auto done = RunBatch(*batch->entry);
      if (!done) continue;
      report.batches.push_back(std::move(*done));
      if (!batch->has_more) break;
    }
    report.files_changed = files_changed_;
    return report;
  }

 private:
  // Errors of a source get its place in the script.
  template <class Work>
  auto At(const engine::RelationMention& mention, const Work& work) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.place()) throw;
      throw Error(error).At(definition_.script->PlaceOf(mention.offset));
    }
  }

  // Sources and the names of what stands for them.
  void MakeSources() {
    std::string unique = base::MakeUuid(environment_.random);
    std::ranges::replace(unique, '-', '_');
    for (const engine::RelationMention& mention :
         session_.Mentions(*definition_.script, definition_.query)) {
      if (!mention.streaming) continue;
      const size_t number = sources_.size();
      sources_.push_back(
          At(mention, [&] { return MakeStreamSource(environment_, session_, mention); }));
      replacements_.push_back({.offset = mention.offset,
                               .temporary = fmt::format("laguna_source_{}_{}", unique, number)});
      rejects_.push_back({.errors = fmt::format("laguna_rejects_{}_{}", unique, number),
                          .scans = fmt::format("laguna_reject_scans_{}_{}", unique, number)});
    }
    if (!sources_.empty()) return;
    throw Error(ErrorKind::kInvalidInput, "stream.no_source",
                fmt::format("The query of {} reads nothing as a stream.", definition_.table))
        .Hint(
            "Write FROM STREAM read_files('...') or FROM STREAM bronze.sales; a table that equals "
            "its query is a MATERIALIZED VIEW.")
        .At(definition_.script->PlaceOf(definition_.query.offset));
  }

  // False when there is nothing to begin with.
  bool Begin() {
    const auto table = catalog::ReadTableState(session_, definition_.table);
    table_exists_ = table.has_value();
    if (table && IsRefreshing(environment_.store, definition_.table, options_.call)) {
      limits_.whole = true;
      if (options_.on_notice && !options_.full_refresh) {
        options_.on_notice("a full refresh was interrupted; everything is read again");
      }
    }
    if (!table || limits_.whole) return BeginAnew();
    const auto id = table->properties.find(catalog::kStreamProperty);
    if (id == table->properties.end()) throw NotFedByStream(table->name);
    log_.emplace(environment_.store, id->second);
    last_committed_ = CommittedBatch(table, id->second);
    if (last_committed_ < 0) throw PositionLost(table->name);
    entries_ = log_->Read(options_.call);
    pins_ = log_->ReadPinned(options_.call);
    CheckLog();
    if (pins_.size() != sources_.size()) {
      throw Error(
          ErrorKind::kInvalidInput, "stream.source_changed",
          fmt::format("The query of {} now reads {} streams, but its table was fed from {}.",
                      definition_.table, sources_.size(), pins_.size()))
          .Hint("Read everything again with --full-refresh.");
    }
    RefuseExchanged();
    for (size_t i = 0; i < pins_.size(); ++i) sources_[i]->Take(pins_[i]);
    return true;
  }

  // Without its log, a stream would read everything a second time.
  void CheckLog() const {
    const int64_t last = entries_.empty() ? -1 : entries_.back().batch;
    if (last >= last_committed_ && !pins_.empty()) return;
    throw Error(
        ErrorKind::kCorrupt, "stream.log_lost",
        fmt::format("Table {} has batch {} of the stream {}, but below _laguna/streams there "
                    "is nothing of it.",
                    definition_.table, last_committed_, log_->stream_id()))
        .Hint(
            "Put the folder _laguna/streams back from a backup, or read everything again with "
            "--full-refresh.");
  }

  // What was read is kept by the place of a source in the query.
  void RefuseExchanged() const {
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i]->IsNamedBy(pins_[i])) continue;
      for (const PinnedSource& pin : pins_) {
        if (!sources_[i]->IsNamedBy(pin)) continue;
        throw Error(
            ErrorKind::kInvalidInput, "stream.source_changed",
            fmt::format("The streams of the query of {} stand in another order than before.",
                        definition_.table))
            .Hint("Put them back in their order, or read everything again with --full-refresh.");
      }
    }
  }

  bool BeginAnew() {
    fresh_ = true;
    for (const auto& source : sources_) {
      auto pin = source->Look(limits_, options_.call);
      if (!pin) return false;
      source->Take(*pin);
      pins_.push_back(std::move(*pin));
    }
    log_.emplace(environment_.store, base::MakeUuid(environment_.random));
    log_->Pin(pins_, options_.call);
    return true;
  }

  std::optional<Batch> NextBatch() {
    io::CheckCall(options_.call, "updating " + definition_.table);
    const OffsetEntry* planned = NextPlanned(entries_, last_committed_);
    if (planned == nullptr) return PlanBatch({});
    // Its files are those of a batch that another process committed after all.
    const bool overtaken = planned->replaces && *planned->replaces == last_committed_;
    const auto change = overtaken ? std::optional<std::string>("it was overtaken")
                                  : ChangeOf(*planned, StreamSource::Moment::kBeforeReading);
    if (!change && planned->definition == FingerprintOf(definition_)) return Batch{planned, true};
    RefuseHalfCommitted(planned->batch, change.value_or("its query or its checks have changed"));
    if (!change) return Batch{planned, true};
    if (planned != &entries_.back()) RefuseGap(planned->batch, *change);
    if (!overtaken && options_.on_notice) {
      options_.on_notice(
          fmt::format("Batch {} was planned and not committed; it is planned anew: {}.",
                      planned->batch, *change));
    }
    return PlanBatch(planned->batch);
  }

  // A table from a backup, behind more than one batch.
  void RefuseGap(int64_t batch, const std::string& change) const {
    throw Error(ErrorKind::kInvalidInput, "stream.cannot_replay",
                fmt::format("Batch {} of {} is to be read again, but {}.", batch, definition_.table,
                            change))
        .Hint("Put the file back as it was, or read everything again with --full-refresh.");
  }

  std::optional<std::string> ChangeOf(const OffsetEntry& entry, StreamSource::Moment moment) {
    CheckSources(entry);
    for (size_t i = 0; i < sources_.size(); ++i) {
      auto change = sources_[i]->FindChange(entry.sources[i], moment, options_.call);
      if (change) return change;
    }
    return std::nullopt;
  }

  void CheckSources(const OffsetEntry& entry) const {
    bool same = entry.sources.size() == pins_.size();
    for (size_t i = 0; same && i < pins_.size(); ++i) {
      same = std::holds_alternative<FileRange>(entry.sources[i]) == pins_[i].files.has_value();
    }
    if (same) return;
    throw Error(ErrorKind::kCorrupt, "stream.log_sources",
                fmt::format("Batch {} of the stream {} has other sources than the stream.",
                            entry.batch, log_->stream_id()))
        .Hint("Read everything again with --full-refresh.");
  }

  void RefuseHalfCommitted(int64_t batch, const std::string& change) {
    for (const std::string& side :
         {ErrorsTableOf(definition_.table), QuarantineTableOf(definition_.table)}) {
      if (CommittedBatch(catalog::ReadTableState(session_, side), log_->stream_id()) < batch)
        continue;
      throw Error(ErrorKind::kInvalidInput, "stream.half_committed",
                  fmt::format("Batch {} of {} was committed to {} only, and cannot be read again: "
                              "{}.",
                              batch, definition_.table, side, change))
          .Hint("Put the file back as it was, or read everything again with --full-refresh.");
    }
  }

  // Writes the next batch down; nothing when there is nothing new.
  std::optional<Batch> PlanBatch(std::optional<int64_t> replaces) {
    const auto read = Committed(entries_, last_committed_);
    OffsetEntry entry;
    entry.batch = entries_.empty() ? 0 : entries_.back().batch + 1;
    entry.replaces = replaces;
    entry.definition = FingerprintOf(definition_);
    bool has_new = false;
    files_changed_ = 0;
    Batch batch;
    for (size_t i = 0; i < sources_.size(); ++i) {
      NextRange next = sources_[i]->Next(read, i, limits_, options_.call);
      Tell(next.notice);
      files_changed_ += next.files_changed;
      has_new = has_new || next.has_new;
      batch.has_more = batch.has_more || next.has_more;
      entry.sources.push_back(std::move(next.range));
    }
    told_ = true;
    if (!has_new && !replaces) return std::nullopt;
    log_->Append(entry, options_.call);
    entries_.push_back(std::move(entry));
    batch.entry = &entries_.back();
    return batch;
  }

  // Once per update.
  void Tell(const std::string& notice) const {
    if (!notice.empty() && !told_ && options_.on_notice) options_.on_notice(notice);
  }

  // Nothing when files changed while they were read: they are left out, and the rest of the batch
  // is to be planned anew.
  std::optional<BatchReport> RunBatch(const OffsetEntry& entry) {
    for (int attempt = 1;; ++attempt) {
      session_.Run("BEGIN");
      try {
        auto report = Attempt(entry, attempt < kAttemptsMax);
        const bool left_out = report && LeavesOutChanged(entry);
        if (report && !left_out) {
          RefuseChanged(entry);
          Commit(entry, *report);
          return report;
        }
        session_.Run("ROLLBACK");
        if (left_out) return std::nullopt;
      } catch (...) {
        RollBack();
        throw;
      }
      log_->Pin(pins_, options_.call);
    }
  }

  // The failure that led here says more than one of this.
  void RollBack() noexcept {
    try {
      if (session_.in_transaction()) session_.Run("ROLLBACK");
    } catch (const Error&) {
      return;
    }
  }

  // Everything but the commit. Nothing when types were widened and the batch has to run again.
  std::optional<BatchReport> Attempt(const OffsetEntry& entry, bool may_widen) {
    CheckSources(entry);
    RefuseOvertaken();
    std::vector<BadLinesFound> found;
    BatchReport report;
    report.stream_id = log_->stream_id();
    report.batch = entry.batch;
    for (size_t i = 0; i < sources_.size(); ++i) {
      found.push_back({rejects_[i],
                       sources_[i]->Query(entry.sources[i], rejects_[i], options_.call),
                       sources_[i]->Columns()});
      session_.Run(fmt::format("CREATE OR REPLACE TEMPORARY VIEW {} AS {}",
                               engine::QuotedName(replacements_[i].temporary), found[i].query.sql));
      if (const auto* files = std::get_if<FileRange>(&entry.sources[i])) {
        report.files_read += static_cast<int64_t>(files->files.size());
      }
    }
    const AuditReport audit = WriteAudited(session_, AuditedWriteOf(entry));
    RefuseOtherStream();
    if (fresh_ && may_widen && Widen()) return std::nullopt;
    report.rows_failed_to_parse = WriteBadLines(entry.batch, found);
    Mark(entry.batch, audit, report.rows_failed_to_parse);
    report.rows_read = audit.rows_read;
    report.rows_written = audit.rows_written;
    report.rows_dropped = audit.rows_dropped;
    report.rows_quarantined = audit.rows_quarantined;
    report.checks = audit.checks;
    return report;
  }

  // The transaction sees the table as its commit will find it.
  void RefuseOvertaken() {
    const auto table = catalog::ReadTableState(session_, definition_.table);
    const int64_t now = CommittedBatch(table, log_->stream_id());
    if (table.has_value() != table_exists_ || now != last_committed_) throw Overtaken();
  }

  // Where there was no table the transaction looks again, and may find the one that the first run
  // of another lake on this storage has just made: its rows are those of that stream.
  void RefuseOtherStream() {
    const auto table = catalog::ReadTableState(session_, definition_.table);
    if (!table) throw Overtaken();
    const auto id = table->properties.find(catalog::kStreamProperty);
    if (id == table->properties.end() || id->second != log_->stream_id()) throw Overtaken();
  }

  [[nodiscard]] Error Overtaken() const {
    return Error(ErrorKind::kConflict, "stream.two_writers",
                 fmt::format("Another process has just updated {}.", definition_.table))
        .Hint("Run it again; it goes on behind the other's batch.");
  }

  [[nodiscard]] AuditedWrite AuditedWriteOf(const OffsetEntry& entry) {
    AuditedWrite write{.definition = definition_};
    write.replacements = replacements_;
    const bool replace = fresh_ && table_exists_;
    write.mode = replace ? AuditedWrite::Mode::kReplace : AuditedWrite::Mode::kAppend;
    write.batch = entry.batch;
    write.side_tables_done = !fresh_ && HasBatch(QuarantineTableOf(definition_.table), entry.batch);
    write.properties = {{catalog::kStreamProperty, log_->stream_id()}};
    return write;
  }

  bool HasBatch(const std::string& table, int64_t batch) {
    return CommittedBatch(catalog::ReadTableState(session_, table), log_->stream_id()) >= batch;
  }

  // Nothing of a new stream is committed yet, so its columns may still be widened to hold all rows
  // of its first batch.
  bool Widen() {
    bool widened = false;
    for (size_t i = 0; i < sources_.size(); ++i) {
      auto pin = sources_[i]->Widen(rejects_[i]);
      if (!pin) continue;
      sources_[i]->Take(*pin);
      pins_[i] = std::move(*pin);
      widened = true;
    }
    return widened;
  }

  int64_t WriteBadLines(int64_t batch, const std::vector<BadLinesFound>& found) {
    const int64_t count = GatherBadLines(session_, reach_, found);
    const std::string errors = ErrorsTableOf(definition_.table);
    // What an earlier stream left goes with the first batch of this one.
    const auto before = catalog::ReadTableState(session_, errors);
    const bool replace = fresh_ && before && IsSideTable(*before, definition_.table);
    if ((count > 0 || replace) && (fresh_ || !HasBatch(errors, batch))) {
      StoreBadLines(session_, definition_.table, batch, replace);
    }
    return count;
  }

  bool LeavesOutChanged(const OffsetEntry& entry) {
    bool any = false;
    for (size_t i = 0; i < sources_.size(); ++i) {
      any = sources_[i]->LeaveOutChanged(entry.sources[i], options_.call) || any;
    }
    return any;
  }

  // A file that grew meanwhile was read as nobody knows what.
  void RefuseChanged(const OffsetEntry& entry) {
    const auto change = ChangeOf(entry, StreamSource::Moment::kAfterReading);
    if (!change) return;
    throw Error(ErrorKind::kUnavailable, "stream.changed_while_read",
                fmt::format("{} while it was read; nothing of the batch was kept.", *change))
        .Hint(
            "Run it again when the file is complete. Writers should write under a name that "
            "begins with '.' or '_' and rename the file at the end.");
  }

  void Mark(int64_t batch, const AuditReport& audit, int64_t bad_lines) {
    const std::string& id = log_->stream_id();
    const std::string errors = ErrorsTableOf(definition_.table);
    if (bad_lines > 0 && !HasBatch(errors, batch)) {
      catalog::SetTransactionVersion(session_, errors, id, batch);
    }
    if (audit.quarantine_table && !HasBatch(*audit.quarantine_table, batch)) {
      catalog::SetTransactionVersion(session_, *audit.quarantine_table, id, batch);
    }
    catalog::SetTransactionVersion(session_, definition_.table, id, batch);
    catalog::CommitTableLast(session_, definition_.table);
  }

  void Commit(const OffsetEntry& entry, BatchReport& report) {
    if (options_.before_commit) options_.before_commit(report);
    DropTemporaries();
    const bool refresh = fresh_ && table_exists_;
    if (refresh) BeginRefresh(environment_.store, definition_.table, options_.call);
    session_.Run("COMMIT");
    if (refresh) EndRefresh(environment_.store, definition_.table, options_.call);
    last_committed_ = entry.batch;
    fresh_ = false;
    table_exists_ = true;
    const auto table = catalog::ReadTableState(session_, definition_.table);
    report.version = table ? table->version : 0;
    if (options_.on_batch) options_.on_batch(report);
  }

  void DropTemporaries() {
    for (size_t i = 0; i < sources_.size(); ++i) {
      session_.Run(
          fmt::format("DROP VIEW temp.main.{}", engine::QuotedName(replacements_[i].temporary)));
      for (const std::string& table : {rejects_[i].errors, rejects_[i].scans}) {
        session_.Run(fmt::format("DROP TABLE IF EXISTS temp.main.{}", engine::QuotedName(table)));
      }
    }
    session_.Run("DROP TABLE IF EXISTS temp.main.laguna_bad_lines");
  }

  const catalog::LakeEnvironment& environment_;
  engine::Session& session_;
  const TableDefinition& definition_;
  const StreamUpdateOptions& options_;
  BatchLimits limits_;
  FileReach reach_;
  std::vector<std::unique_ptr<StreamSource>> sources_;
  std::vector<engine::RelationReplacement> replacements_;
  std::vector<RejectTables> rejects_;
  std::optional<OffsetLog> log_;
  std::vector<PinnedSource> pins_;
  std::vector<OffsetEntry> entries_;
  int64_t last_committed_ = -1;
  bool table_exists_ = false;
  // Nothing of this stream is committed yet.
  bool fresh_ = false;
  bool told_ = false;
  // As the last plan found them.
  int64_t files_changed_ = 0;
};

}  // namespace

int64_t UpdateReport::rows_written() const {
  int64_t rows = 0;
  for (const BatchReport& batch : batches) rows += batch.rows_written;
  return rows;
}

UpdateReport UpdateStream(const catalog::LakeEnvironment& environment, engine::Session& session,
                          const TableDefinition& definition, const StreamUpdateOptions& options) {
  return StreamUpdate(environment, session, definition, options).Run();
}

}  // namespace laguna::ingest
