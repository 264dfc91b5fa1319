// SPDX-License-Identifier: Apache-2.0
#include "delta/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "delta/codec/json_text.h"
#include "delta/column_mapping.h"
#include "delta/commit_loop.h"
#include "delta/data_path.h"
#include "delta/deletion_vector_file.h"
#include "delta/properties.h"
#include "delta/protocol_wish.h"
#include "delta/row_tracking.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

constexpr char kInCommitTimestamp[] = "inCommitTimestamp";
constexpr char kEngineInfo[] = "Laguna/" LAGUNA_VERSION;

void CheckPartitionColumn(const Schema& schema, const std::string& name) {
  const StructField* field = schema.Find(name);
  if (field == nullptr) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta.partition_column",
                      fmt::format("The table has no column {} to partition by.", name))
        .With("column", name);
  }
  const Primitive* primitive = field->type.AsPrimitive();
  bool possible =
      field->type.AsDecimal() != nullptr ||
      (primitive != nullptr && *primitive != Primitive::kVariant && *primitive != Primitive::kVoid);
  if (possible) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.partition_type",
                    fmt::format("A table cannot be partitioned by {}: its type is {}.", name,
                                field->type.ToString()))
      .Hint("Partition by a column of a plain type.")
      .With("column", name);
}

void CheckPartitioning(const Metadata& metadata) {
  for (const std::string& name : metadata.partition_columns) {
    CheckPartitionColumn(metadata.schema, name);
  }
  bool all = !metadata.partition_columns.empty() &&
             metadata.partition_columns.size() >= metadata.schema.fields.size();
  if (!all) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.partition_column",
                    "A table cannot be partitioned by all of its columns.")
      .Hint("Leave at least one column out of PARTITIONED BY.");
}

// As the files' entries name them, in their order.
std::vector<std::string> PartitionKeys(const Metadata& metadata) {
  std::vector<std::string> keys;
  for (const std::string& name : metadata.partition_columns) {
    const StructField* field = metadata.schema.Find(name);
    keys.push_back(field == nullptr ? name : field->PhysicalName());
  }
  return keys;
}

RemoveFile RemovalOf(const FileView& view, int64_t now_ms) {
  AddFile file = view.ToAddFile();
  RemoveFile removal;
  removal.path = std::move(file.path);
  removal.deletion_timestamp_ms = now_ms;
  removal.extended_file_metadata = true;
  removal.partition_values = std::move(file.partition_values);
  removal.size_bytes = file.size_bytes;
  removal.tags = std::move(file.tags);
  removal.deletion_vector = std::move(file.deletion_vector);
  removal.base_row_id = file.base_row_id;
  removal.default_row_commit_version = file.default_row_commit_version;
  return removal;
}

bool TracksRows(const Metadata& metadata) {
  return BooleanProperty(metadata.configuration, kEnableRowTracking, false);
}

std::string_view NameOf(Isolation isolation) {
  switch (isolation) {
    case Isolation::kSerializable:
      return "Serializable";
    case Isolation::kSnapshot:
      return "SnapshotIsolation";
    case Isolation::kWriteSerializable:
      break;
  }
  return "WriteSerializable";
}

// The property may change in the transaction that deletes; what its commit has counts.
void CheckVectorsAllowed(const Snapshot& read, const Metadata& metadata,
                         const std::string& location) {
  if (Supports(GrowProtocol(read.protocol(), metadata), "deletionVectors")) return;
  throw base::Error(base::ErrorKind::kUnsupported, "delta.vectors_taken_back",
                    fmt::format("{} has no deletion vectors after this transaction, which deleted "
                                "rows by them.",
                                location))
      .Hint("Commit the deletion before delta.enableDeletionVectors changes.")
      .With("table", location);
}

}  // namespace

Transaction::Transaction(Table& table, SnapshotPtr read, const base::Clock& clock,
                         base::Random& random)
    : table_(table),
      read_(std::move(read)),
      clock_(clock),
      random_(random),
      metadata_(read_->metadata()) {
  CheckWritable(read_->protocol(), metadata_, table_.Location());
}

Transaction::Transaction(Table& table, Metadata metadata, const base::Clock& clock,
                         base::Random& random)
    : table_(table), clock_(clock), random_(random) {
  if (metadata.id.empty()) metadata.id = base::MakeUuid(random_);
  if (!metadata.created_time_ms) metadata.created_time_ms = clock_.NowMs();
  Define(std::move(metadata));
}

void Transaction::SetMetadata(Metadata metadata) {
  if (metadata.id.empty()) metadata.id = metadata_.id;
  if (!metadata.created_time_ms) metadata.created_time_ms = metadata_.created_time_ms;
  Define(std::move(metadata));
}

void Transaction::Define(Metadata metadata) {
  CheckSchema(metadata.schema, ColumnMappingOf(metadata) != ColumnMapping::kNone);
  CheckPartitioning(metadata);
  CheckProperties(metadata.configuration,
                  read_ == nullptr ? Properties{} : read_->metadata().configuration,
                  table_.Location());
  NameRowIdColumns(metadata, random_);
  Protocol protocol =
      read_ == nullptr ? MinimalProtocol(metadata) : GrowProtocol(read_->protocol(), metadata);
  CheckWritable(protocol, metadata, table_.Location());
  metadata_ = std::move(metadata);
  intent_.changes_metadata = true;
}

void Transaction::Append(AddFile file) {
  added_.push_back(std::move(file));
}

void Transaction::ReplaceTable() {
  CheckRemovalAllowed();
  intent_.replaces_table = true;
}

void Transaction::Remove(RemoveFile file) {
  if (file.data_change) CheckRemovalAllowed();
  LAGUNA_ASSERT(read_ != nullptr);
  intent_.removed.emplace(CanonicalPath(file.path));
  removed_.push_back(std::move(file));
}

void Transaction::DeleteRows(AddFile file, std::string old_vector_id, DeletionVector rows) {
  CheckRemovalAllowed();
  LAGUNA_ASSERT(read_ != nullptr);
  CheckVectorsAllowed(*read_, metadata_, table_.Location());
  LAGUNA_ASSERT(file.deletion_vector.has_value() && !rows.IsEmpty());
  const std::string path(CanonicalPath(file.path));
  const bool is_new =
      row_deletions_.emplace(path, RowDeletion{std::move(file), std::move(old_vector_id)}).second;
  LAGUNA_ASSERT(is_new);
  intent_.rows[path].deleted = std::move(rows);
}

void Transaction::DependOnRows(std::string path, DeletionVector rows) {
  path = std::string(CanonicalPath(path));
  DeletionVector& all = intent_.rows[path].depended_on;
  all = all.IsEmpty() ? std::move(rows) : DeletionVector::Union(all, rows);
}

void Transaction::AppendChangeData(AddCdcFile file) {
  change_data_.push_back(std::move(file));
}

void Transaction::CheckRemovalAllowed() const {
  if (read_ == nullptr || !IsActive(read_->protocol(), read_->metadata(), "appendOnly")) return;
  throw base::Error(
      base::ErrorKind::kViolation, "delta.append_only",
      fmt::format("{} is append-only: its rows cannot be changed or removed.", table_.Location()))
      .Hint("Set the table property delta.appendOnly to false first.")
      .With("table", table_.Location());
}

void Transaction::SetTransactionVersion(std::string app_id, int64_t version) {
  intent_.app_ids.push_back(app_id);
  transaction_versions_.push_back({std::move(app_id), version, std::nullopt});
}

void Transaction::SetDomain(DomainMetadata domain) {
  intent_.domains.push_back(domain.domain);
  domains_.push_back(std::move(domain));
}

void Transaction::ReadRows(ReadScope scope) {
  intent_.reads.push_back(std::move(scope));
}

void Transaction::MarkRead() {
  intent_.reads.emplace_back();
}

void Transaction::SetOperation(Operation operation) {
  for (const auto& [name, json] : operation.parameters) LAGUNA_ASSERT(IsJson(json));
  operation_ = std::move(operation);
}

bool Transaction::Deletes() const {
  return intent_.replaces_table || !removed_.empty() || !row_deletions_.empty();
}

bool Transaction::empty() const {
  return read_ != nullptr && !intent_.changes_metadata && !Deletes() && added_.empty() &&
         change_data_.empty() && transaction_versions_.empty() && domains_.empty();
}

bool Transaction::IsBlindAppend() const {
  return intent_.reads.empty() && !Deletes() && change_data_.empty();
}

bool Transaction::ChangesProtocol() const {
  return read_ != nullptr && intent_.changes_metadata &&
         GrowProtocol(read_->protocol(), metadata_) != read_->protocol();
}

// What only rearranges data stands beside all that others add, as Spark's OPTIMIZE does.
Isolation Transaction::IsolationLevel() const {
  auto keeps_data = [](const auto& file) { return !file.data_change; };
  const bool rearranges = (!added_.empty() || !removed_.empty()) &&
                          std::all_of(added_.begin(), added_.end(), keeps_data) &&
                          std::all_of(removed_.begin(), removed_.end(), keeps_data) &&
                          row_deletions_.empty() && change_data_.empty() && domains_.empty() &&
                          transaction_versions_.empty() && !intent_.changes_metadata &&
                          !intent_.replaces_table;
  if (rearranges) return Isolation::kSnapshot;
  const auto level = metadata_.configuration.find("delta.isolationLevel");
  const bool serializable =
      level != metadata_.configuration.end() && LowerAscii(level->second) == "serializable";
  return serializable ? Isolation::kSerializable : Isolation::kWriteSerializable;
}

bool Transaction::MarksRows() const {
  return read_ != nullptr &&
         IsActive(GrowProtocol(read_->protocol(), metadata_), metadata_, "deletionVectors");
}

CommitOutcome Transaction::Commit(const io::Call& call) {
  if (empty()) return Committed{read_->version(), read_};
  CheckAddedFiles();
  if (Deletes() || !added_.empty()) CheckFilesMayChange(metadata_, table_.Location());
  if (std::optional<Lost> lost = FindOwnConflict()) return std::move(*lost);
  intent_.changes_protocol = ChangesProtocol();
  intent_.isolation = IsolationLevel();
  intent_.marks_rows = MarksRows();
  RebasedFiles last_rebased;
  CommitPlan plan{read_, intent_, txn_id_.empty() ? base::MakeUuid(random_) : txn_id_, {}};
  plan.actions_on = [&](const Snapshot* base, const RebasedFiles& rebased) {
    last_rebased = rebased;
    return ActionsOn(base, rebased, plan.txn_id);
  };
  CommitOutcome outcome = RunCommit(table_, plan, clock_, random_, call);
  if (auto* committed = std::get_if<Committed>(&outcome)) {
    committed->unused_vector_files = UnusedVectorFiles(last_rebased);
  }
  return outcome;
}

std::vector<std::string> Transaction::UnusedVectorFiles(const RebasedFiles& rebased) const {
  std::set<std::string> unused;
  std::set<std::string> used;
  for (const auto& [path, deletion] : row_deletions_) {
    std::string file = DeletionVectorPath(*deletion.entry.deletion_vector);
    const bool is_unused = rebased.files.contains(path) || rebased.left.contains(path);
    if (!file.empty()) (is_unused ? unused : used).insert(std::move(file));
  }
  for (const std::string& file : used) unused.erase(file);
  return {unused.begin(), unused.end()};
}

void Transaction::CheckAddedFiles() const {
  const std::vector<std::string> ordered = PartitionKeys(metadata_);
  const std::set<std::string> keys(ordered.begin(), ordered.end());
  for (const AddFile& file : added_) {
    std::set<std::string> given;
    for (const auto& [column, value] : file.partition_values) given.insert(column);
    LAGUNA_ASSERT(given == keys);
    LAGUNA_ASSERT(!file.path.empty() && file.size_bytes >= 0);
  }
  bool repartitions = read_ != nullptr && ordered != PartitionKeys(read_->metadata());
  if (!repartitions || intent_.replaces_table) return;
  if (removed_.size() == read_->files().size() && !intent_.reads.empty()) return;
  throw base::Error(
      base::ErrorKind::kInvalidInput, "delta.partitioning",
      fmt::format("The partitioning of {} cannot change while its files stay.", table_.Location()))
      .Hint("Rewrite the table with CREATE OR REPLACE TABLE.");
}

std::optional<Lost> Transaction::FindOwnConflict() const {
  if (read_ == nullptr) return std::nullopt;
  for (const SetTransaction& wanted : transaction_versions_) {
    std::optional<int64_t> done = read_->TransactionVersion(wanted.app_id);
    if (!done || *done < wanted.version) continue;
    return Lost{read_->version(),
                {},
                fmt::format("The table already has version {} of the application id {}; this "
                            "commit is version {}.",
                            *done, wanted.app_id, wanted.version)};
  }
  return std::nullopt;
}

std::vector<Action> Transaction::ActionsOn(const Snapshot* base, const RebasedFiles& rebased,
                                           const std::string& txn_id) const {
  const int64_t now_ms = clock_.NowMs();
  const CommitInfo info = MakeCommitInfo(base, txn_id);
  std::vector<Action> actions;
  actions.emplace_back(info);
  AppendDefinition(actions, base, info);
  for (SetTransaction version : transaction_versions_) {
    version.last_updated_ms = now_ms;
    actions.emplace_back(std::move(version));
  }
  for (const DomainMetadata& domain : domains_) actions.emplace_back(domain);
  if (base != nullptr) AppendChanges(actions, *base, rebased, now_ms);
  for (const AddFile& file : added_) actions.emplace_back(file);
  for (const AddCdcFile& file : change_data_) actions.emplace_back(file);
  AppendRowIds(actions, base);
  return actions;
}

// By the definition the table will have. To begin with ids, all its files get some.
void Transaction::AppendRowIds(std::vector<Action>& actions, const Snapshot* base) const {
  const bool is_defined = base == nullptr || intent_.changes_metadata;
  const Metadata& metadata = is_defined ? metadata_ : base->metadata();
  const Protocol protocol = GrowProtocol(base == nullptr ? Protocol{} : base->protocol(), metadata);
  const bool gives_ids =
      Supports(protocol, "rowTracking") &&
      !BooleanProperty(metadata.configuration, "delta.rowTrackingSuspended", false);
  if (!gives_ids) return;
  if (base == nullptr) return AssignRowIds(actions, -1, 0);
  if (TracksRows(metadata) && !TracksRows(base->metadata())) {
    std::ranges::move(FilesWithoutRowIds(*base, actions), std::back_inserter(actions));
  }
  AssignRowIds(actions, RowIdHighWaterMark(base->state()), base->version() + 1);
}

void Transaction::AppendDefinition(std::vector<Action>& actions, const Snapshot* base,
                                   const CommitInfo& info) const {
  if (!intent_.changes_metadata) return;
  Protocol protocol =
      base == nullptr ? MinimalProtocol(metadata_) : GrowProtocol(base->protocol(), metadata_);
  const bool is_new = base == nullptr || protocol != base->protocol();
  if (is_new) actions.emplace_back(std::move(protocol));
  Metadata metadata = metadata_;
  EraseProtocolWish(metadata.configuration);
  const bool begins_timestamps = base != nullptr && info.in_commit_timestamp_ms &&
                                 !IsActive(base->protocol(), base->metadata(), kInCommitTimestamp);
  if (begins_timestamps) {
    metadata.configuration["delta.inCommitTimestampEnablementVersion"] =
        std::to_string(base->version() + 1);
    metadata.configuration["delta.inCommitTimestampEnablementTimestamp"] =
        std::to_string(*info.in_commit_timestamp_ms);
  }
  actions.emplace_back(std::move(metadata));
}

void Transaction::AppendChanges(std::vector<Action>& actions, const Snapshot& base,
                                const RebasedFiles& rebased, int64_t now_ms) const {
  if (intent_.replaces_table) {
    const FileTable& live = base.files();
    for (size_t i = 0; i < live.size(); ++i) {
      actions.emplace_back(RemovalOf(live.at(i), now_ms));
    }
    return;
  }
  AppendRemovals(actions, base, rebased, now_ms);
  for (const auto& [path, deletion] : row_deletions_) {
    const bool is_moved = rebased.files.contains(path) || rebased.left.contains(path);
    if (!is_moved) actions.emplace_back(deletion.entry);
  }
  for (const auto& [path, file] : rebased.files) {
    if (file.entry) actions.emplace_back(*file.entry);
  }
}

// All at once, because a look for one file costs as much as one for many.
void Transaction::AppendRemovals(std::vector<Action>& actions, const Snapshot& base,
                                 const RebasedFiles& rebased, int64_t now_ms) const {
  std::vector<const RemoveFile*> removed;
  std::vector<std::string> vector_ids;
  for (const RemoveFile& file : removed_) {
    if (rebased.left.contains(std::string(CanonicalPath(file.path)))) continue;
    removed.push_back(&file);
    vector_ids.push_back(file.deletion_vector ? file.deletion_vector->UniqueId() : "");
  }
  std::vector<FileId> wanted;
  for (size_t i = 0; i < removed.size(); ++i) wanted.push_back({removed[i]->path, vector_ids[i]});
  for (const auto& [path, deletion] : row_deletions_) {
    const bool is_moved = rebased.files.contains(path) || rebased.left.contains(path);
    if (!is_moved) wanted.push_back({path, deletion.old_vector_id});
  }
  for (const auto& [path, file] : rebased.files) wanted.push_back({path, file.old_vector_id});
  const std::vector<std::optional<size_t>> found = base.files().FindAll(wanted);
  for (size_t i = 0; i < found.size(); ++i) {
    // The caller named files of the read snapshot; those that went since are conflicts, or left.
    LAGUNA_ASSERT(found[i].has_value());
    RemoveFile removal = RemovalOf(base.files().at(*found[i]), now_ms);
    if (i < removed.size()) removal.data_change = removed[i]->data_change;
    actions.emplace_back(std::move(removal));
  }
}

CommitInfo Transaction::MakeCommitInfo(const Snapshot* base, const std::string& txn_id) const {
  CommitInfo info;
  info.timestamp_ms = clock_.NowMs();
  const Protocol protocol =
      base == nullptr ? MinimalProtocol(metadata_) : GrowProtocol(base->protocol(), metadata_);
  const Metadata& metadata =
      base == nullptr || intent_.changes_metadata ? metadata_ : base->metadata();
  if (IsActive(protocol, metadata, kInCommitTimestamp)) {
    info.in_commit_timestamp_ms = base == nullptr
                                      ? *info.timestamp_ms
                                      : std::max(*info.timestamp_ms, base->timestamp_ms() + 1);
  }
  info.operation = operation_.name;
  info.operation_parameters = operation_.parameters;
  info.operation_metrics = operation_.metrics;
  if (read_ != nullptr) info.read_version = read_->version();
  info.isolation_level = std::string(NameOf(intent_.isolation));
  info.is_blind_append = IsBlindAppend();
  info.engine_info = kEngineInfo;
  info.txn_id = txn_id;
  return info;
}

}  // namespace laguna::delta
