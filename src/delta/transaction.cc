// SPDX-License-Identifier: Apache-2.0
#include "delta/transaction.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "delta/codec/json_text.h"
#include "delta/commit_loop.h"
#include "delta/properties.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

constexpr char kEngineInfo[] = "Laguna/" LAGUNA_VERSION;

bool HasColumnMapping(const Metadata& metadata) {
  auto mode = metadata.configuration.find("delta.columnMapping.mode");
  return mode != metadata.configuration.end() && mode->second != "none";
}

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

std::set<std::string> PartitionKeys(const Metadata& metadata) {
  std::set<std::string> keys;
  for (const std::string& name : metadata.partition_columns) {
    const StructField* field = metadata.schema.Find(name);
    keys.insert(field == nullptr ? name : field->PhysicalName());
  }
  return keys;
}

RemoveFile RemovalOf(const FileView& view) {
  AddFile file = view.ToAddFile();
  RemoveFile removal;
  removal.path = std::move(file.path);
  removal.extended_file_metadata = true;
  removal.partition_values = std::move(file.partition_values);
  removal.size_bytes = file.size_bytes;
  removal.tags = std::move(file.tags);
  removal.deletion_vector = std::move(file.deletion_vector);
  removal.base_row_id = file.base_row_id;
  removal.default_row_commit_version = file.default_row_commit_version;
  return removal;
}

std::string VectorId(const std::optional<DeletionVectorDescriptor>& vector) {
  return vector ? vector->UniqueId() : "";
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
  CheckSchema(metadata.schema, HasColumnMapping(metadata));
  CheckPartitioning(metadata);
  CheckProperties(metadata.configuration,
                  read_ == nullptr ? Properties{} : read_->metadata().configuration);
  Protocol protocol =
      read_ == nullptr ? MinimalProtocol(metadata) : GrowProtocol(read_->protocol(), metadata);
  CheckWritable(protocol, metadata, table_.Location());
  metadata_ = std::move(metadata);
  metadata_changed_ = true;
}

void Transaction::Append(AddFile file) {
  added_.push_back(std::move(file));
}

void Transaction::ReplaceTable() {
  CheckRemovalAllowed();
  replaces_table_ = true;
}

void Transaction::Remove(RemoveFile file) {
  CheckRemovalAllowed();
  LAGUNA_ASSERT(read_ != nullptr);
  removed_.push_back(std::move(file));
}

void Transaction::DeleteRows(AddFile file, std::string old_vector_id, DeletionVector rows) {
  CheckRemovalAllowed();
  LAGUNA_ASSERT(read_ != nullptr && IsActive(read_->protocol(), metadata_, "deletionVectors"));
  LAGUNA_ASSERT(file.deletion_vector.has_value() && !rows.IsEmpty());
  std::string path = file.path;
  const bool is_new =
      row_deletions_
          .emplace(std::move(path),
                   RowDeletion{std::move(file), std::move(rows), std::move(old_vector_id), {}})
          .second;
  LAGUNA_ASSERT(is_new);
}

void Transaction::DependOnRows(std::string path, DeletionVector rows) {
  DeletionVector& all = depended_rows_[std::move(path)];
  all = DeletionVector::Union(all, rows);
}

void Transaction::AppendChangeData(AddCdcFile file) {
  change_data_.push_back(std::move(file));
}

// All at once, because a look for one file costs as much as one for many.
void Transaction::FillRemovals() {
  std::vector<std::string> vector_ids;
  for (const RemoveFile& file : removed_) vector_ids.push_back(VectorId(file.deletion_vector));
  std::vector<FileId> wanted;
  for (size_t i = 0; i < removed_.size(); ++i) wanted.push_back({removed_[i].path, vector_ids[i]});
  for (const auto& [path, deletion] : row_deletions_) {
    wanted.push_back({path, deletion.old_vector_id});
  }
  if (wanted.empty()) return;
  const std::vector<std::optional<size_t>> found = read_->files().FindAll(wanted);
  for (const std::optional<size_t>& index : found) LAGUNA_ASSERT(index.has_value());
  for (size_t i = 0; i < removed_.size(); ++i) {
    RemoveFile removal = RemovalOf(read_->files().at(*found[i]));
    removal.data_change = removed_[i].data_change;
    removal.deletion_timestamp_ms = removed_[i].deletion_timestamp_ms;
    removed_[i] = std::move(removal);
  }
  size_t next = removed_.size();
  for (auto& [path, deletion] : row_deletions_) {
    deletion.removal = RemovalOf(read_->files().at(*found[next++]));
  }
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
  transaction_versions_.push_back({std::move(app_id), version, std::nullopt});
}

void Transaction::ReadRows(ReadScope scope) {
  reads_.push_back(std::move(scope));
}

void Transaction::MarkRead() {
  reads_.emplace_back();
}

void Transaction::SetOperation(Operation operation) {
  for (const auto& [name, json] : operation.parameters) LAGUNA_ASSERT(IsJson(json));
  operation_ = std::move(operation);
}

bool Transaction::empty() const {
  return read_ != nullptr && !metadata_changed_ && !replaces_table_ && added_.empty() &&
         removed_.empty() && row_deletions_.empty() && change_data_.empty() &&
         transaction_versions_.empty();
}

bool Transaction::IsBlindAppend() const {
  return reads_.empty() && !replaces_table_ && removed_.empty() && row_deletions_.empty() &&
         change_data_.empty();
}

bool Transaction::IsSerializable() const {
  auto level = metadata_.configuration.find("delta.isolationLevel");
  return level != metadata_.configuration.end() && level->second == "Serializable";
}

CommitOutcome Transaction::Commit(const io::Call& call) {
  if (empty()) return Committed{read_->version(), read_};
  CheckAddedFiles();
  FillRemovals();
  if (std::optional<Lost> lost = FindOwnConflict()) return std::move(*lost);
  CommitPlan plan;
  plan.read = read_;
  plan.txn_id = base::MakeUuid(random_);
  plan.intent.changes_metadata = metadata_changed_;
  plan.intent.replaces_table = replaces_table_;
  plan.intent.reads_rows = !reads_.empty();
  plan.intent.serializable = IsSerializable();
  plan.intent.removed = removed_;
  for (const auto& [path, deletion] : row_deletions_) {
    plan.intent.removed.push_back(deletion.removal);
  }
  for (const SetTransaction& version : transaction_versions_) {
    plan.intent.app_ids.push_back(version.app_id);
  }
  plan.actions_on = [&](const Snapshot* base) { return ActionsOn(base, plan.txn_id); };
  return RunCommit(table_, plan, clock_, random_, call);
}

void Transaction::CheckAddedFiles() const {
  std::set<std::string> keys = PartitionKeys(metadata_);
  for (const AddFile& file : added_) {
    std::set<std::string> given;
    for (const auto& [column, value] : file.partition_values) given.insert(column);
    LAGUNA_ASSERT(given == keys);
    LAGUNA_ASSERT(!file.path.empty() && file.size_bytes >= 0);
  }
  bool repartitions =
      read_ != nullptr && metadata_.partition_columns != read_->metadata().partition_columns;
  if (!repartitions || replaces_table_) return;
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

std::vector<Action> Transaction::ActionsOn(const Snapshot* base, const std::string& txn_id) const {
  int64_t now_ms = clock_.NowMs();
  std::vector<Action> actions;
  actions.emplace_back(MakeCommitInfo(txn_id));
  if (metadata_changed_) {
    Protocol protocol =
        base == nullptr ? MinimalProtocol(metadata_) : GrowProtocol(base->protocol(), metadata_);
    bool is_new = base == nullptr || protocol != base->protocol();
    if (is_new) actions.emplace_back(std::move(protocol));
    actions.emplace_back(metadata_);
  }
  for (SetTransaction version : transaction_versions_) {
    version.last_updated_ms = now_ms;
    actions.emplace_back(std::move(version));
  }
  auto remove = [&](RemoveFile removal) {
    if (!removal.deletion_timestamp_ms) removal.deletion_timestamp_ms = now_ms;
    actions.emplace_back(std::move(removal));
  };
  if (replaces_table_ && base != nullptr) {
    const FileTable& live = base->files();
    for (size_t i = 0; i < live.size(); ++i) remove(RemovalOf(live.at(i)));
  } else {
    for (const RemoveFile& removal : removed_) remove(removal);
    for (const auto& [path, deletion] : row_deletions_) {
      remove(deletion.removal);
      actions.emplace_back(deletion.file);
    }
  }
  for (const AddFile& file : added_) actions.emplace_back(file);
  for (const AddCdcFile& file : change_data_) actions.emplace_back(file);
  return actions;
}

CommitInfo Transaction::MakeCommitInfo(const std::string& txn_id) const {
  CommitInfo info;
  info.timestamp_ms = clock_.NowMs();
  info.operation = operation_.name;
  info.operation_parameters = operation_.parameters;
  info.operation_metrics = operation_.metrics;
  if (read_ != nullptr) info.read_version = read_->version();
  info.isolation_level = IsSerializable() ? "Serializable" : "WriteSerializable";
  info.is_blind_append = IsBlindAppend();
  info.engine_info = kEngineInfo;
  info.txn_id = txn_id;
  return info;
}

}  // namespace laguna::delta
