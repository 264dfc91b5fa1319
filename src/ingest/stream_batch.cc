// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_batch.h"

#include <fmt/format.h>

#include <variant>

#include "ingest/bad_lines.h"
#include "ingest/lake_table_name.h"
#include "ingest/side_table.h"

namespace laguna::ingest {
namespace {

int64_t FilesOf(const OffsetEntry& entry) {
  int64_t files = 0;
  for (const SourceRange& range : entry.sources) {
    const auto* of_files = std::get_if<FileRange>(&range);
    if (of_files != nullptr) files += static_cast<int64_t>(of_files->files.size());
  }
  return files;
}

}  // namespace

std::string StreamOf(const catalog::TableState& table) {
  const auto id = table.properties.find(catalog::kStreamProperty);
  return id == table.properties.end() ? "" : id->second;
}

int64_t CommittedBatch(const std::optional<catalog::TableState>& table,
                       const std::string& stream_id) {
  if (!table) return -1;
  const auto at = table->transaction_versions.find(stream_id);
  return at == table->transaction_versions.end() ? -1 : at->second;
}

base::Error Overtaken(const std::string& table) {
  return base::Error(base::ErrorKind::kConflict, "stream.two_writers",
                     fmt::format("Another process has just updated {}.", table))
      .Hint("Run it again; it goes on behind the other's batch.");
}

std::optional<BatchReport> StreamBatch::Write(const OffsetEntry& entry, bool may_widen,
                                              const io::Call& call) {
  sources_.Check(entry, standing_.stream_id);
  RefuseOvertaken();
  const std::vector<BadLinesFound> found = sources_.MakeViews(entry, call);
  const AuditReport audit = WriteAudited(session_, AuditedWriteOf(entry));
  RefuseOtherStream();
  if (standing_.fresh && may_widen && sources_.Widen()) return std::nullopt;
  BatchReport report;
  report.stream_id = standing_.stream_id;
  report.batch = entry.batch;
  report.files_read = FilesOf(entry);
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
void StreamBatch::RefuseOvertaken() {
  const auto table = catalog::ReadTableState(session_, definition_.table);
  const bool as_known = table.has_value() == standing_.table_exists &&
                        (!table || StreamOf(*table) == standing_.fed_by) &&
                        CommittedBatch(table, standing_.stream_id) == standing_.last_committed;
  if (!as_known) throw Overtaken(definition_.table);
}

// Where there was no table the transaction looks again, and may find the one that the first run of
// another lake on this storage has just made: its rows are those of that stream.
void StreamBatch::RefuseOtherStream() {
  const auto table = catalog::ReadTableState(session_, definition_.table);
  if (!table || StreamOf(*table) != standing_.stream_id) throw Overtaken(definition_.table);
}

AuditedWrite StreamBatch::AuditedWriteOf(const OffsetEntry& entry) {
  AuditedWrite write{.definition = definition_};
  write.replacements = sources_.replacements();
  const bool replace = standing_.fresh && standing_.table_exists;
  write.mode = replace ? AuditedWrite::Mode::kReplace : AuditedWrite::Mode::kAppend;
  write.batch = entry.batch;
  write.side_tables_done =
      !standing_.fresh && HasBatch(QuarantineTableOf(definition_.table), entry.batch);
  write.properties = {{catalog::kStreamProperty, standing_.stream_id}};
  return write;
}

bool StreamBatch::HasBatch(const std::string& table, int64_t batch) {
  return CommittedBatch(catalog::ReadTableState(session_, table), standing_.stream_id) >= batch;
}

int64_t StreamBatch::WriteBadLines(int64_t batch, const std::vector<BadLinesFound>& found) {
  const int64_t count = GatherBadLines(session_, reach_, found);
  const std::string errors = ErrorsTableOf(definition_.table);
  // What an earlier stream left goes with the first batch of this one.
  const auto before = catalog::ReadTableState(session_, errors);
  const bool replace = standing_.fresh && before && IsSideTable(*before, definition_.table);
  if ((count > 0 || replace) && (standing_.fresh || !HasBatch(errors, batch))) {
    StoreBadLines(session_, definition_.table, batch, replace);
  }
  return count;
}

void StreamBatch::Mark(int64_t batch, const AuditReport& audit, int64_t bad_lines) {
  const std::string& id = standing_.stream_id;
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

}  // namespace laguna::ingest
