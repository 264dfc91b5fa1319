// SPDX-License-Identifier: Apache-2.0
#include "catalog/changes/change_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/iso_time.h"
#include "delta/commit_changes.h"
#include "delta/deletion_vector_file.h"
#include "delta/properties.h"
#include "delta/read_compatible.h"
#include "delta/statistics.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kChangeType = "_change_type";
constexpr const char* kCommitVersion = "_commit_version";
constexpr const char* kCommitTimestamp = "_commit_timestamp";

// No data file has more; what a log claims beyond is no count of rows.
constexpr int64_t kRowsInFileMax = int64_t{1} << 34;

bool HasFeed(const delta::Metadata& metadata) {
  return delta::BooleanProperty(metadata.configuration, "delta.enableChangeDataFeed", false);
}

// The files of one scan, under the table's definition with the three columns behind its own.
class ScanBuilder {
 public:
  // `type_in_files`: the files say themselves what kind of change a row is.
  ScanBuilder(const OpenedTable& table, const delta::Snapshot& read, bool type_in_files) {
    view_.root = table.log->root();
    view_.version = read.version();
    view_.protocol = read.protocol();
    view_.metadata = read.metadata();
    AddColumn(kChangeType, delta::Primitive::kString, !type_in_files);
    AddColumn(kCommitVersion, delta::Primitive::kLong, true);
    AddColumn(kCommitTimestamp, delta::Primitive::kTimestamp, true);
  }

  // `type` is empty when the file says it.
  void Append(delta::AddFile file, const char* type, int64_t version, int64_t timestamp_ms) {
    if (*type != '\0') file.partition_values[kChangeType] = type;
    file.partition_values[kCommitVersion] = std::to_string(version);
    file.partition_values[kCommitTimestamp] =
        base::FormatIsoMs(std::clamp(timestamp_ms, base::kIsoTimeMinMs, base::kIsoTimeMaxMs));
    delta::FileRow row;
    row.path = file.path;
    row.size_bytes = file.size_bytes;
    row.modification_time_ms = file.modification_time_ms;
    row.statistics_json = file.statistics_json;
    if (file.deletion_vector) row.deletion_vector = &*file.deletion_vector;
    std::vector<delta::FileRow::PartitionValue> values;
    for (const auto& [name, value] : file.partition_values) values.push_back({name, value});
    row.partition_values = values;
    // A file that came and went stands here twice; nobody looks for it by its name.
    files_.Append(row);
    ++count_;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }

  TableScanSource Finish(const OpenedTable& table) {
    view_.files = files_.Finish();
    TableScanSource source;
    source.view = std::make_shared<const TableView>(std::move(view_));
    source.store = table.store;
    source.owned_store = table.owned_store;
    return source;
  }

 private:
  void AddColumn(const char* name, delta::Primitive type, bool partition) {
    auto& metadata = view_.metadata;
    if (metadata.schema.Find(name) != nullptr) {
      throw Error(ErrorKind::kUnsupported, "changes.column",
                  fmt::format("{} has a column {}, the name of one that table_changes adds.",
                              view_.root, name))
          .Hint("Read the versions one by one: t AT (VERSION => n).");
    }
    metadata.schema.fields.push_back({name, type, false, {}});
    if (partition) metadata.partition_columns.emplace_back(name);
  }

  TableView view_;
  delta::FileTableBuilder files_;
  size_t count_ = 0;
};

class ChangeReader {
 public:
  ChangeReader(const OpenedTable& table, const ChangeRange& range)
      : table_(table),
        range_(range),
        read_(SnapshotOf(range.to < range.from ? table.snapshot->version() : range.to)),
        inferred_(table, *read_, false),
        told_(table, *read_, true) {
    for (const auto& [version, timestamp_ms] : range.timestamps_ms) {
      if (version == range.from) CheckSchema(SnapshotOf(version)->metadata(), version);
      Read(version, timestamp_ms);
    }
  }

  std::vector<TableScanSource> Finish() {
    std::vector<TableScanSource> scans;
    if (!inferred_.empty() || told_.empty()) scans.push_back(inferred_.Finish(table_));
    if (!told_.empty()) scans.push_back(told_.Finish(table_));
    return scans;
  }

 private:
  [[nodiscard]] delta::SnapshotPtr SnapshotOf(int64_t version) const {
    if (version == table_.snapshot->version()) return table_.snapshot;
    auto snapshot = table_.log->AtVersion(version);
    if (snapshot == nullptr) ThrowNoTable(table_);
    return snapshot;
  }

  void Read(int64_t version, int64_t timestamp_ms) {
    const auto commit = table_.log->ReadCommit(version);
    if (!commit) {
      throw Error(ErrorKind::kNotFound, "changes.version",
                  fmt::format("Version {} of {} is no longer in its log.", version, table_.title));
    }
    const auto changes = delta::ChangesOf(commit->actions);
    if (changes.metadata) CheckDefinition(changes, version, version == range_.from);
    if (changes.may_rewrite_rows) CheckFeed(version);
    for (const auto& file : changes.change_data_files) {
      delta::AddFile data;
      data.path = file.path;
      data.partition_values = file.partition_values;
      data.size_bytes = file.size_bytes;
      told_.Append(std::move(data), "", version, timestamp_ms);
    }
    for (const auto& change : changes.files) {
      auto file = Resolved(change, version);
      if (!file) continue;
      const bool inserted = change.kind == delta::ChangeKind::kInsert;
      inferred_.Append(std::move(*file), inserted ? "insert" : "delete", version, timestamp_ms);
    }
  }

  // A new definition; rows that went in the same commit were of the one before.
  void CheckDefinition(const delta::CommitChanges& changes, int64_t version, bool is_first) const {
    CheckSchema(*changes.metadata, version);
    const bool deletes = std::ranges::any_of(changes.files, [](const delta::FileChange& change) {
      return change.kind == delta::ChangeKind::kDelete;
    });
    if (is_first && deletes && version > 0)
      CheckSchema(SnapshotOf(version - 1)->metadata(), version);
  }

  void CheckSchema(const delta::Metadata& written, int64_t version) const {
    const auto reason = delta::WhyNotReadable(written, read_->metadata());
    if (!reason) return;
    throw Error(ErrorKind::kUnsupported, "changes.schema",
                fmt::format("Changes of {} from version {} on cannot be read with the columns of "
                            "version {}: {}.",
                            table_.title, version, read_->version(), *reason))
        .Hint("Ask for the versions before and after that change apart.")
        .With("table", table_.title)
        .With("version", std::to_string(version));
  }

  void CheckFeed(int64_t version) const {
    if (HasFeed(SnapshotOf(version)->metadata())) return;
    throw Error(ErrorKind::kUnsupported, "changes.rewritten",
                fmt::format("Version {} of {} wrote files anew and the table had no change data "
                            "feed, so it is not known which of their rows changed.",
                            version, table_.title))
        .Hint(
            "With the property delta.enableChangeDataFeed = true, versions from then on say it. "
            "Two versions are compared by FROM t EXCEPT ALL FROM t AT (VERSION => n).")
        .With("table", table_.title)
        .With("version", std::to_string(version));
  }

  // The file to scan; nothing when no row of it changed.
  [[nodiscard]] std::optional<delta::AddFile> Resolved(const delta::FileChange& change,
                                                       int64_t version) const {
    delta::AddFile file = change.file;
    const bool partitioned = !read_->metadata().partition_columns.empty();
    if (change.lacks_partition_values && partitioned && file.partition_values.empty()) {
      file.partition_values = PartitionValuesBefore(file, version);
    }
    if (!change.rows) return file;
    const auto rows = Difference(*change.rows);
    if (rows.IsEmpty()) return std::nullopt;
    file.deletion_vector = AllBut(rows, file);
    return file;
  }

  [[nodiscard]] delta::PartitionValues PartitionValuesBefore(const delta::AddFile& file,
                                                             int64_t version) const {
    if (version > 0) {
      const auto before = SnapshotOf(version - 1);
      const auto vector = file.deletion_vector ? file.deletion_vector->UniqueId() : "";
      const auto found = before->files().Find(file.path, vector);
      if (found) return before->files().at(*found).ToAddFile().partition_values;
    }
    throw Error(ErrorKind::kCorrupt, "changes.removed_file",
                fmt::format("Version {} of {} removes file {}, which the table did not have.",
                            version, table_.title, file.path));
  }

  [[nodiscard]] delta::DeletionVector Load(
      const std::optional<delta::DeletionVectorDescriptor>& vector) const {
    if (!vector) return {};
    return delta::LoadDeletionVector(*table_.store, table_.log->root(), *vector);
  }

  [[nodiscard]] delta::DeletionVector Difference(const delta::VectorDifference& rows) const {
    return delta::DeletionVector::Difference(Load(rows.in), Load(rows.not_in));
  }

  // The vector that deletes all rows of the file but these.
  [[nodiscard]] delta::DeletionVectorDescriptor AllBut(const delta::DeletionVector& rows,
                                                       const delta::AddFile& file) const {
    const auto records = delta::ParseRecordCount(file.statistics_json);
    const auto last = static_cast<int64_t>(rows.Last().value_or(0));
    if (!records || *records <= last || *records > kRowsInFileMax) {
      throw Error(ErrorKind::kCorrupt, "changes.record_count",
                  fmt::format("The log of {} gives file {} a deletion vector, but not how many "
                              "rows it has.",
                              table_.title, file.path));
    }
    delta::DeletionVector all;
    all.AddRange(0, static_cast<uint64_t>(*records));
    return delta::InlineDeletionVector(delta::DeletionVector::Difference(all, rows));
  }

  const OpenedTable& table_;
  const ChangeRange& range_;
  const delta::SnapshotPtr read_;
  ScanBuilder inferred_;
  ScanBuilder told_;
};

}  // namespace

std::vector<TableScanSource> ChangeScans(const OpenedTable& table, const ChangeRange& range) {
  return ChangeReader(table, range).Finish();
}

}  // namespace laguna::catalog
