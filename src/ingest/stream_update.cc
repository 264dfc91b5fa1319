// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_update.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "catalog/session_table.h"
#include "ingest/definition_fingerprint.h"
#include "ingest/lake_table_name.h"
#include "ingest/offset_log.h"
#include "ingest/stream_batch.h"
#include "ingest/stream_claim.h"
#include "ingest/stream_object.h"
#include "ingest/stream_sources.h"
#include "ingest/table_lock.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// BIGINT to DOUBLE, DOUBLE to VARCHAR, and one run that finds nothing.
constexpr int kAttemptsMax = 3;
constexpr const char* kNothingLost =
    "Nothing is lost: run it again when that is mended, and the batch is finished.";

struct PlannedBatch {
  const OffsetEntry* entry = nullptr;
  // There may be another one behind it.
  bool has_more = false;
};

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

// The same without a place; one in SQL of ours says nothing to anybody.
Error WithoutPlace(const Error& error) {
  Error bare(error.kind(), error.code(), error.sentence());
  for (const auto& [name, value] : error.values()) bare = std::move(bare).With(name, value);
  return std::move(bare).Hint(error.hint());
}

bool MayGoThroughLater(ErrorKind kind) {
  return kind == ErrorKind::kExhausted || kind == ErrorKind::kUnavailable ||
         kind == ErrorKind::kPermissionDenied;
}

class StreamUpdate {
 public:
  StreamUpdate(const catalog::LakeEnvironment& environment, engine::Session& session,
               const TableDefinition& definition, const StreamUpdateOptions& options)
      : environment_(environment),
        session_(session),
        definition_(definition),
        options_(options),
        limits_{options.files_per_batch_max, options.bytes_per_batch_max},
        reach_(environment),
        sources_(environment, session, definition),
        claims_(environment.store, definition.table) {}

  UpdateReport Run() {
    const io::FileLock lock =
        LockTable(environment_, definition_.table, options_.call, options_.on_notice);
    UpdateReport report;
    if (!Begin()) return Waits(sources_.missing());
    while (const auto batch = NextBatch()) {
      auto done = RunBatch(*batch->entry);
      if (!done) continue;
      report.batches.push_back(std::move(*done));
      if (!batch->has_more) break;
    }
    // The columns are known, and nothing else is.
    if (standing_.fresh) return Waits({});
    Condense();
    report.changed_files = changed_files_;
    return report;
  }

 private:
  static UpdateReport Waits(const std::vector<std::string>& missing) {
    UpdateReport report;
    report.waits_for_source = true;
    report.missing = fmt::format("{}", fmt::join(missing, ", "));
    return report;
  }

  // False when a source has nothing to begin with.
  bool Begin() {
    claim_ = claims_.Last(options_.call);
    const auto table = catalog::ReadTableState(session_, definition_.table);
    standing_.table_exists = table.has_value();
    if (table) standing_.fed_by = StreamOf(*table);
    if (!table || options_.full_refresh) return BeginAnew();
    if (standing_.fed_by.empty()) throw NotFedByStream(table->name);
    if (IsInterrupted()) {
      Tell("a full refresh was interrupted; everything is read again");
      return BeginAnew();
    }
    GoOn(*table);
    return true;
  }

  // Whether a full refresh died between its claim and its commit: the side tables may be its own.
  bool IsInterrupted() {
    if (claim_.number < 0) return false;
    if (claim_.stream_id == standing_.fed_by) {
      if (!claim_.confirmed) claims_.Confirm(claim_, "", options_.call);
      return false;
    }
    if (!claim_.confirmed) return true;
    throw Error(
        ErrorKind::kCorrupt, "stream.other_stream",
        fmt::format("Table {} is fed by the stream {}, but the stream {} has replaced that: "
                    "the table is older than what lies below _laguna/streams.",
                    definition_.table, standing_.fed_by, claim_.stream_id))
        .Hint(
            "Was the table put back from a backup? Put _laguna/streams back from the same one, or "
            "read everything again with --full-refresh.")
        .With("table", definition_.table);
  }

  void GoOn(const catalog::TableState& table) {
    standing_.stream_id = standing_.fed_by;
    standing_.last_committed = CommittedBatch(table, standing_.stream_id);
    if (standing_.last_committed < 0) throw PositionLost(table.name);
    log_.emplace(environment_.store, standing_.stream_id);
    entries_ = log_->Read(options_.call);
    auto pins = log_->ReadPinned(options_.call);
    CheckLog(pins);
    sources_.Take(std::move(pins), definition_.table);
  }

  // Without its log, a stream would read everything a second time.
  void CheckLog(const std::vector<PinnedSource>& pins) const {
    const int64_t last = entries_.empty() ? -1 : entries_.back().batch;
    if (last >= standing_.last_committed && !pins.empty()) return;
    const std::string folder = fmt::format("{}/{}", kStreamsFolder, standing_.stream_id);
    std::string lost = "is not there";
    if (!entries_.empty()) {
      lost = pins.empty() ? "has lost what was held fast of its sources (sources/)"
                          : fmt::format("ends with batch {}", last);
    }
    throw Error(ErrorKind::kCorrupt, "stream.log_lost",
                fmt::format("Table {} has batch {} of its stream, but the stream's log {} {}.",
                            definition_.table, standing_.last_committed,
                            environment_.store.Locate(folder), lost))
        .Hint(fmt::format("Put that folder back from a backup, or read everything again: laguna "
                          "pipeline run --full-refresh {}",
                          definition_.table))
        .With("table", definition_.table);
  }

  bool BeginAnew() {
    standing_.fresh = true;
    // A refresh replaces the table in one commit, so that nobody sees half of it.
    limits_.whole = standing_.table_exists;
    if (!sources_.Look(limits_, options_.call)) {
      TellOfPartners();
      return false;
    }
    standing_.stream_id = base::MakeUuid(environment_.random);
    log_.emplace(environment_.store, standing_.stream_id);
    return true;
  }

  void TellOfPartners() const {
    if (sources_.missing().size() == sources_.size()) return;
    Tell(fmt::format(
        "{}: nothing is there yet for {}, whose columns are therefore not known; what the query's "
        "other streams have waits for it. With format and columns in that read_files they need not "
        "wait.",
        definition_.table, fmt::join(sources_.missing(), " and ")));
  }

  std::optional<PlannedBatch> NextBatch() {
    io::CheckCall(options_.call, "updating " + definition_.table);
    if (standing_.fresh) {
      entries_.clear();
      return PlanBatch({});
    }
    const OffsetEntry* planned = NextPlanned(entries_, standing_.last_committed);
    if (planned == nullptr) return PlanBatch({});
    // Its files are those of a batch that another process committed after all.
    const bool overtaken = planned->replaces && *planned->replaces == standing_.last_committed;
    const auto change = overtaken ? std::optional<std::string>("it was overtaken")
                                  : ChangeOf(*planned, StreamSource::Moment::kBeforeReading);
    if (!change && planned->definition == FingerprintOf(definition_)) {
      return PlannedBatch{planned, true};
    }
    RefuseHalfCommitted(planned->batch, change.value_or("its query or its checks have changed"));
    if (!change) return PlannedBatch{planned, true};
    if (planned != &entries_.back()) RefuseGap(planned->batch, *change);
    if (!overtaken) {
      Tell(fmt::format("Batch {} was planned and not committed; it is planned anew: {}.",
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
    sources_.Check(entry, standing_.stream_id);
    return sources_.FindChange(entry, moment, options_.call);
  }

  void RefuseHalfCommitted(int64_t batch, const std::string& change) {
    for (const std::string& side :
         {ErrorsTableOf(definition_.table), QuarantineTableOf(definition_.table)}) {
      if (CommittedBatch(catalog::ReadTableState(session_, side), standing_.stream_id) < batch)
        continue;
      throw Error(ErrorKind::kInvalidInput, "stream.half_committed",
                  fmt::format("Batch {} of {} was committed to {} only, and cannot be read again: "
                              "{}.",
                              batch, definition_.table, side, change))
          .Hint("Put the file back as it was, or read everything again with --full-refresh.");
    }
  }

  // The next batch, written down unless the stream is new; nothing when there is nothing new.
  std::optional<PlannedBatch> PlanBatch(std::optional<int64_t> replaces) {
    const auto read = Committed(entries_, standing_.last_committed);
    OffsetEntry entry;
    entry.batch = entries_.empty() ? 0 : entries_.back().batch + 1;
    entry.replaces = replaces;
    entry.definition = FingerprintOf(definition_);
    // A full refresh replaces the table by nothing, where there is nothing any more.
    bool is_needed = replaces || (standing_.fresh && standing_.table_exists);
    changed_files_.clear();
    PlannedBatch batch;
    for (size_t i = 0; i < sources_.size(); ++i) {
      NextRange next = sources_.At(
          i, [&](StreamSource& source) { return source.Next(read, i, limits_, options_.call); });
      if (!next.notice.empty() && !told_) Tell(next.notice);
      changed_files_.insert(changed_files_.end(), next.changed.begin(), next.changed.end());
      is_needed = is_needed || next.has_new;
      batch.has_more = batch.has_more || next.has_more;
      entry.sources.push_back(std::move(next.range));
    }
    told_ = true;
    if (!is_needed) return std::nullopt;
    if (!standing_.fresh) log_->Append(entry, options_.call);
    entries_.push_back(std::move(entry));
    batch.entry = &entries_.back();
    return batch;
  }

  void Tell(const std::string& sentence) const {
    if (options_.on_notice) options_.on_notice(sentence);
  }

  // Nothing when files changed while they were read: they are left out, and the rest of the batch
  // is to be planned anew.
  std::optional<BatchReport> RunBatch(const OffsetEntry& entry) {
    for (int attempt = 1;; ++attempt) {
      session_.Run("BEGIN");
      try {
        StreamBatch batch(session_, reach_, definition_, sources_, standing_);
        auto report = batch.Write(entry, attempt < kAttemptsMax, options_.call);
        const bool left_out = report && sources_.LeaveOutChanged(entry, options_.call);
        if (report && !left_out) {
          RefuseChanged(entry);
          Commit(entry, *report);
          return report;
        }
        session_.Run("ROLLBACK");
        if (left_out) return std::nullopt;
      } catch (const Error& error) {
        RollBack();
        throw Told(error);
      } catch (...) {
        RollBack();
        throw;
      }
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

  // As the user can make something of it.
  [[nodiscard]] Error Told(const Error& error) const {
    const bool placed = error.place() && error.place()->file == definition_.script->file();
    Error told = placed ? error : WithoutPlace(error);
    if (!MayGoThroughLater(error.kind()) || error.code().starts_with("stream.")) return told;
    const std::string hint =
        error.hint().empty() ? kNothingLost : fmt::format("{} {}", error.hint(), kNothingLost);
    return std::move(told).Hint(hint);
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

  void Commit(const OffsetEntry& entry, BatchReport& report) {
    if (options_.before_commit) options_.before_commit(report);
    sources_.DropTemporaries();
    if (standing_.fresh) BeginLog(entry);
    CommitTransaction(entry);
    if (standing_.fresh) claims_.Confirm(claim_, standing_.fed_by, options_.call);
    standing_.last_committed = entry.batch;
    standing_.fresh = false;
    standing_.table_exists = true;
    standing_.fed_by = standing_.stream_id;
    const auto table = catalog::ReadTableState(session_, definition_.table);
    report.version = table ? table->version : 0;
    if (options_.on_batch) options_.on_batch(report);
  }

  void BeginLog(const OffsetEntry& entry) {
    claim_ = claims_.Claim(claim_, standing_.stream_id, options_.call);
    log_->Pin(sources_.pins(), options_.call);
    log_->Append(entry, options_.call);
  }

  // What the side tables have of the batch stays, and the next run finds it.
  void CommitTransaction(const OffsetEntry& entry) try {
    session_.Run("COMMIT");
  } catch (const Error& failure) {
    const Error error = catalog::WithoutEarlierCommits(failure);
    if (error.kind() == ErrorKind::kConflict) {
      throw Error(ErrorKind::kConflict, "stream.two_writers", error.sentence())
          .Hint(
              "Another process feeds the table. Run it again; it goes on behind the other's "
              "batch.")
          .With("table", definition_.table);
    }
    throw Error(error).Within(
        fmt::format("Batch {} of {} was not committed", entry.batch, definition_.table));
  }

  // Only to be quicker: the next run tries again.
  void Condense() {
    try {
      log_->Condense(entries_, standing_.last_committed, options_.call);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) return;
      Tell(fmt::format("The offset log of {} could not be condensed: {}", definition_.table,
                       error.sentence()));
    }
  }

  const catalog::LakeEnvironment& environment_;
  engine::Session& session_;
  const TableDefinition& definition_;
  const StreamUpdateOptions& options_;
  BatchLimits limits_;
  FileReach reach_;
  StreamSources sources_;
  StreamClaims claims_;
  // As found at the beginning, or made for the stream that begins.
  StreamClaim claim_;
  StreamStanding standing_;
  std::optional<OffsetLog> log_;
  std::vector<OffsetEntry> entries_;
  bool told_ = false;
  // As the last plan found them.
  std::vector<std::string> changed_files_;
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
