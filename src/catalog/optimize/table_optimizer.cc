// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/table_optimizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/error.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/optimize/partition_condition.h"
#include "catalog/optimize/purged_columns.h"
#include "catalog/relocation/find_rows.h"
#include "catalog/sql_name.h"
#include "catalog/write/target_file_size.h"
#include "delta/deletion_vector_file.h"
#include "delta/deletion_vector_writer.h"
#include "delta/statistics.h"
#include "delta/table_feature.h"
#include "delta/transaction.h"
#include "delta/vacuum_fence.h"
#include "engine/told_progress.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

// A bin that others change each time is left alone after so many.
constexpr int kAttemptsMax = 5;

// Auto-compaction, in Spark's numbers: so many small files in a partition, put together to files of
// so many bytes.
constexpr size_t kAutomaticFilesMin = 50;
constexpr uint64_t kAutomaticFileBytes = 128ULL << 20;

// Of its new rows so many may be marked as deleted by others; with more it is rather written again.
constexpr double kLostShareMax = 0.5;
// So often a bin follows what others delete, before it counts as changed each time.
constexpr int kFollowsMax = 20;

constexpr uint64_t kOneFile = std::numeric_limits<int64_t>::max();

Error Gone(const std::string& name) {
  return Error(ErrorKind::kNotFound, "catalog.unknown_table",
               fmt::format("Table {} is gone.", name))
      .With("table", name);
}

delta::CompactionRules RulesOf(const OptimizeRequest& request, const delta::Metadata& metadata) {
  const uint64_t target = TargetFileSize(metadata.configuration);
  if (!request.is_automatic) return delta::RulesFor(request.rewrite, target);
  const uint64_t smaller = std::min(target, kAutomaticFileBytes);
  return {request.rewrite, smaller, smaller / 2, nullptr};
}

bool IsOneOf(const delta::FileView& file, const std::vector<delta::PartitionValues>& partitions) {
  const delta::PartitionValues values = file.ToAddFile().partition_values;
  return std::ranges::find(partitions, values) != partitions.end();
}

bool HasManySmallFiles(const delta::FileTable& files, const delta::Partition& partition,
                       const delta::CompactionRules& rules) {
  const auto small = std::ranges::count_if(
      partition.files, [&](size_t number) { return IsCandidate(files.at(number), rules); });
  return static_cast<size_t>(small) >= kAutomaticFilesMin;
}

// Rows in an order go into files by it, planned to be as large as they should be, and hardly ever
// just as large. One that turns out more than so many times as large goes on in a second file.
constexpr uint64_t kFileBytesSlack = 2;

// The number that brings files nearest to their size.
size_t FilesFor(uint64_t bytes, uint64_t file_bytes) {
  const bool is_up = bytes % file_bytes >= file_bytes - file_bytes / 2;
  return std::max<size_t>(bytes / file_bytes + (is_up ? 1 : 0), 1);
}

std::string VectorId(const delta::AddFile& file) {
  return file.deletion_vector ? file.deletion_vector->UniqueId() : "";
}

delta::DeletionVector VectorOf(io::ObjectStore& store, const std::string& root,
                               const delta::AddFile& file) {
  if (!file.deletion_vector) return {};
  return delta::LoadDeletionVector(store, root, *file.deletion_vector);
}

// How many of the rows of `files` the others are; all of them where nobody says.
double ShareOfRows(const std::vector<delta::OldRows>& rows,
                   const std::vector<delta::AddFile>& files) {
  uint64_t lost = 0;
  for (const delta::OldRows& of_file : rows) lost += of_file.rows.deleted.Cardinality();
  uint64_t all = 0;
  for (const delta::AddFile& file : files) {
    all += static_cast<uint64_t>(delta::ParseRecordCount(file.statistics_json).value_or(0));
  }
  return all == 0 ? 1 : static_cast<double>(lost) / static_cast<double>(all);
}

// A commit that lost although nobody touched its files.
Error Refused(const std::string& name, const delta::Lost& lost) {
  return Error(ErrorKind::kConflict, "commit.conflict",
               fmt::format("Table {} was changed by another commit meanwhile (version {}, {}): {}",
                           name, lost.winner_version,
                           lost.winner.operation.empty() ? "unnamed" : lost.winner.operation,
                           lost.reason))
      .Hint("What was committed before stays; run the statement again for the rest.")
      .With("table", name);
}

Error Unanswered(const std::string& name, const delta::Unknown& unknown) {
  return Error(ErrorKind::kUnavailable, "commit.unknown",
               fmt::format("The store did not say whether version {} of table {} was committed: {}",
                           unknown.attempted_version, name, unknown.reason))
      .Hint(fmt::format("The rows are the same either way; DESCRIBE HISTORY {} tells.", name))
      .With("table", name);
}

}  // namespace

TableOptimizer::TableOptimizer(duckdb::ClientContext& context, LakeCatalog& catalog,
                               std::string root, OptimizeRequest request)
    : context_(context),
      catalog_(catalog),
      root_(std::move(root)),
      name_(SqlNameOf(root_)),
      request_(std::move(request)),
      commit_size_(CommitSizeOf(context)),
      table_(catalog.Table(root_)) {}

TableOptimizer::~TableOptimizer() {
  for (const Done& done : done_) DeleteOutputs(done);
}

OptimizeReport TableOptimizer::Run() {
  report_.started_ms = catalog_.environment().clock.NowMs();
  Begin();
  while (!tasks_.empty()) {
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    const size_t partition = task.partition;
    Rewrite(std::move(task));
    // What could not be committed is a task again.
    if (IsTimeToCommit(partition)) CommitDone();
  }
  report_.ended_ms = catalog_.environment().clock.NowMs();
  return std::move(report_);
}

void TableOptimizer::Begin() {
  Refresh();
  const delta::Metadata& metadata = base_->metadata();
  delta::CheckWritable(base_->protocol(), metadata, table_.Location());
  delta::CheckFilesMayChange(metadata, table_.Location());
  rules_ = RulesOf(request_, metadata);
  zcolumns_ = ZColumnsOf(metadata, request_.zorder_by, name_);
  std::function<bool(const delta::FileView&)> wanted;
  if (request_.is_automatic) {
    wanted = [&](const delta::FileView& file) { return IsOneOf(file, request_.partitions); };
  }
  auto partitions = delta::PartitionsOf(base_->files(), wanted);
  if (!request_.condition.empty()) {
    partitions = PartitionsThatMeet(context_, ViewOf(root_, *base_), catalog_.environment().store,
                                    std::move(partitions), request_.condition, name_);
  }
  if (request_.rewrite == delta::Rewrite::kVectors) {
    rules_.also = FilesWithDroppedColumns(context_, ViewOf(root_, *base_),
                                          catalog_.environment().store, partitions);
  }
  AddTasks(partitions);
}

bool TableOptimizer::IsTimeToCommit(size_t partition) const {
  if (tasks_.empty() || done_bytes_ >= commit_size_.bin_bytes) return true;
  return tasks_.front().partition != partition && done_bytes_ >= commit_size_.partition_bytes;
}

TableOptimizer::Task TableOptimizer::TaskFor(const delta::FileTable& files, const delta::Bin& bin,
                                             size_t partition) {
  Task task;
  task.partition = partition;
  task.live_bytes = bin.live_bytes;
  for (const size_t number : bin.files) {
    const delta::FileView file = files.at(number);
    task.files.push_back({std::string(file.path()), file.DeletionVectorId()});
  }
  return task;
}

void TableOptimizer::AddTasks(const std::vector<delta::Partition>& partitions) {
  const delta::FileTable& files = base_->files();
  for (size_t place = 0; place < partitions.size(); ++place) {
    const delta::Partition& partition = partitions[place];
    if (request_.is_automatic && !HasManySmallFiles(files, partition, rules_)) continue;
    report_.considered_files += static_cast<int64_t>(partition.files.size());
    for (const size_t number : partition.files) {
      report_.considered_bytes += files.at(number).size_bytes();
    }
    const auto bins = delta::PackBins(files, partition, rules_);
    if (!bins.empty()) ++report_.partitions_optimized;
    for (const delta::Bin& bin : bins) {
      tasks_.push_back(TaskFor(files, bin, place));
      bytes_to_rewrite_ += bin.live_bytes;
    }
  }
}

// A definition that others changed makes what was written by the old one stale.
void TableOptimizer::Refresh() {
  base_ = table_.Latest();
  if (!base_) throw Gone(name_);
  const bool is_same = definition_ && definition_->metadata == base_->metadata() &&
                       definition_->protocol == base_->protocol();
  if (is_same) return;
  auto definition = std::make_shared<TableView>();
  definition->root = root_;
  definition->version = base_->version();
  definition->protocol = base_->protocol();
  definition->metadata = base_->metadata();
  definition_ = std::move(definition);
  target_ = TargetOfDataColumns(catalog_, *definition_);
  GiveAllBack();
}

void TableOptimizer::GiveAllBack() {
  for (Done& done : std::exchange(done_, {})) {
    DeleteOutputs(done);
    Retry(std::move(done.task));
  }
  done_bytes_ = 0;
}

// Those that are still there, as they are now.
std::vector<delta::AddFile> TableOptimizer::LiveFiles(const Task& task) const {
  const delta::FileTable& files = base_->files();
  std::vector<delta::FileId> wanted;
  for (const FileName& name : task.files) wanted.push_back({name.path, name.vector_id});
  const auto found = files.FindAll(wanted);
  // Files that lost rows since have a vector that nobody foresaw.
  std::unordered_map<std::string_view, size_t> with_vector;
  if (std::ranges::any_of(found, [](const auto& at) { return !at; })) {
    for (size_t i = 0; i < files.size(); ++i) {
      if (files.at(i).has_deletion_vector()) with_vector.emplace(files.at(i).path(), i);
    }
  }
  std::vector<delta::AddFile> live;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto changed = with_vector.find(task.files[i].path);
    if (found[i]) {
      live.push_back(files.at(*found[i]).ToAddFile());
    } else if (changed != with_vector.end()) {
      live.push_back(files.at(changed->second).ToAddFile());
    }
  }
  return live;
}

void TableOptimizer::Rewrite(Task task) {
  Refresh();
  Done done{std::move(task), {}, {}, {}};
  done.inputs = LiveFiles(done.task);
  FileRewrite rewrite;
  auto view = std::make_shared<TableView>(*definition_);
  view->version = base_->version();
  view->files = delta::FileTable().With({}, done.inputs);
  const auto is_worth_it = [&] {
    if (done.inputs.size() != 1) return !done.inputs.empty();
    return delta::NeedsRewriteAlone(view->files.at(0), rules_);
  };
  if (!is_worth_it()) return;
  rewrite.view = std::move(view);
  rewrite.folder = FolderOf(done.inputs);
  rewrite.file_bytes_max = kOneFile;
  if (!zcolumns_.empty()) {
    rewrite.curve = SampleCurve(context_, rewrite.view, catalog_.environment().store, zcolumns_,
                                FilesFor(done.task.live_bytes, rules_.target_bytes));
    rewrite.file_bytes_max =
        kFileBytesSlack * std::min(rules_.target_bytes, kOneFile / kFileBytesSlack);
  }
  const auto bytes = static_cast<double>(done.task.live_bytes);
  rewrite.on_progress = [this, bytes](double percent) { TellProgress(bytes * percent / 100); };
  done.outputs = RewriteFiles(context_, target_, rewrite);
  bytes_rewritten_ += done.task.live_bytes;
  TellProgress(0);
  done_bytes_ += done.task.live_bytes;
  done_.push_back(std::move(done));
}

void TableOptimizer::TellProgress(double bytes) const {
  if (bytes_to_rewrite_ == 0) return;
  const double done = static_cast<double>(bytes_rewritten_) + bytes;
  engine::TellProgress(context_, 100 * done / static_cast<double>(bytes_to_rewrite_));
}

void TableOptimizer::CommitDone() {
  if (done_.empty()) return;
  std::vector<std::string> keys;
  for (const Done& done : done_) {
    keys.insert(keys.end(), done.outputs.keys.begin(), done.outputs.keys.end());
  }
  try {
    if (!keys.empty()) catalog_.environment().store.Sync(keys);
  } catch (const Error& error) {
    // A VACUUM took them for leftovers, or the table is gone, which the next bin will find.
    if (error.kind() != ErrorKind::kNotFound) throw;
    return GiveAllBack();
  }
  do {
    Refresh();
    GiveBackStale();
  } while (!done_.empty() && !TryCommit());
}

// True for bins of which a file is gone or has lost rows.
std::vector<bool> TableOptimizer::FindStale() const {
  std::vector<std::string> vector_ids;
  std::vector<std::pair<const delta::AddFile*, size_t>> inputs;
  for (size_t i = 0; i < done_.size(); ++i) {
    for (const delta::AddFile& file : done_[i].inputs) {
      inputs.emplace_back(&file, i);
      vector_ids.push_back(VectorId(file));
    }
  }
  std::vector<delta::FileId> wanted;
  for (size_t i = 0; i < inputs.size(); ++i) {
    wanted.push_back({inputs[i].first->path, vector_ids[i]});
  }
  const auto found = base_->files().FindAll(wanted);
  std::vector<bool> stale(done_.size(), false);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!found[i]) stale[inputs[i].second] = true;
  }
  return stale;
}

void TableOptimizer::GiveBackStale() {
  const std::vector<bool> stale = FindStale();
  std::vector<Done> fresh;
  done_bytes_ = 0;
  for (size_t i = 0; i < done_.size(); ++i) {
    if (!stale[i] || Follow(done_[i])) {
      done_bytes_ += done_[i].task.live_bytes;
      fresh.push_back(std::move(done_[i]));
      continue;
    }
    DeleteOutputs(done_[i]);
    Retry(std::move(done_[i].task));
  }
  done_ = std::move(fresh);
}

bool TableOptimizer::Follow(Done& done) {
  if (++done.task.follows > kFollowsMax) return false;
  const bool marks_rows = delta::IsActive(base_->protocol(), base_->metadata(), "deletionVectors");
  if (!marks_rows) return false;
  std::optional<Loss> loss = LossOf(done);
  if (!loss) return false;
  std::vector<delta::AddFile> outputs;
  for (const WrittenFile& file : done.outputs.files) outputs.push_back(file.add);
  if (ShareOfRows(loss->rows, outputs) > kLostShareMax) return false;
  const auto lost =
      FindRows(context_, *definition_, catalog_.environment().store, loss->rows, outputs);
  if (!lost || !MarkLost(*lost, done)) return false;
  done.inputs = std::move(loss->inputs);
  return true;
}

// A file that is gone took its rows along: they are deleted, or stand in a file of others.
std::optional<TableOptimizer::Loss> TableOptimizer::LossOf(const Done& done) const {
  io::ObjectStore& store = catalog_.environment().store;
  std::map<std::string, delta::AddFile> live;
  for (delta::AddFile& file : LiveFiles(done.task)) live.emplace(file.path, std::move(file));
  Loss loss;
  for (const delta::AddFile& input : done.inputs) {
    const delta::DeletionVector before = VectorOf(store, root_, input);
    const auto now = live.find(input.path);
    delta::DeletionVector after;
    if (now != live.end()) {
      after = VectorOf(store, root_, now->second);
      loss.inputs.push_back(now->second);
    } else {
      const auto records = delta::ParseRecordCount(input.statistics_json);
      if (!records) return std::nullopt;
      after.AddRange(0, static_cast<uint64_t>(*records));
    }
    if (!delta::DeletionVector::Difference(before, after).IsEmpty()) return std::nullopt;
    auto rows = delta::DeletionVector::Difference(after, before);
    if (!rows.IsEmpty()) loss.rows.push_back({input, {std::move(rows), {}}});
  }
  if (loss.inputs.empty()) return std::nullopt;
  return loss;
}

bool TableOptimizer::MarkLost(const delta::RowClaims& lost, Done& done) {
  const LakeEnvironment& environment = catalog_.environment();
  delta::DeletionVectorWriter writer(environment.store, root_, environment.random);
  std::vector<delta::AddFile> marked;
  for (const WrittenFile& file : done.outputs.files) {
    delta::AddFile& entry = marked.emplace_back(file.add);
    const auto rows = lost.find(entry.path);
    // Of all outputs, so that the vectors stored before can go.
    delta::DeletionVector deleted = VectorOf(environment.store, root_, entry);
    if (rows != lost.end()) deleted = delta::DeletionVector::Union(deleted, rows->second.deleted);
    if (deleted.IsEmpty()) continue;
    const auto records = delta::ParseRecordCount(entry.statistics_json);
    if (!records || deleted.Cardinality() >= static_cast<uint64_t>(*records)) return false;
    entry.deletion_vector = writer.Write(deleted);
    entry.statistics_json = delta::LoosenBounds(entry.statistics_json);
  }
  writer.Finish();
  DeleteUnnamed(catalog_, done.vectors);
  done.vectors = writer.keys();
  for (size_t i = 0; i < marked.size(); ++i) done.outputs.files[i].add = std::move(marked[i]);
  return true;
}

void TableOptimizer::Retry(Task task) {
  if (++task.attempts == kAttemptsMax || request_.is_automatic) {
    report_.contended_files += static_cast<int64_t>(task.files.size());
    return;
  }
  bytes_to_rewrite_ += task.live_bytes;
  tasks_.push_back(std::move(task));
}

OptimizeTotals TableOptimizer::TotalsOfDone() const {
  OptimizeTotals totals;
  for (const Done& done : done_) {
    for (const delta::AddFile& file : done.inputs) {
      totals.removed.Add(file.size_bytes);
      if (!file.deletion_vector) continue;
      ++totals.vectors_removed;
      totals.vector_rows_removed += file.deletion_vector->cardinality;
    }
    for (const WrittenFile& file : done.outputs.files) totals.added.Add(file.add.size_bytes);
  }
  return totals;
}

bool TableOptimizer::TryCommit() {
  if (before_commit_) before_commit_();
  const LakeEnvironment& environment = catalog_.environment();
  delta::Transaction transaction(table_, base_, environment.clock, environment.random);
  for (const Done& done : done_) {
    for (const delta::AddFile& file : done.inputs) transaction.Remove(RemovalOf(file));
    for (const WrittenFile& file : done.outputs.files) transaction.Append(file.add);
  }
  const OptimizeTotals totals = TotalsOfDone();
  transaction.SetOperation(OptimizeOperation(request_, totals));
  const delta::CommitOutcome outcome = transaction.Commit();
  if (const auto* lost = std::get_if<delta::Lost>(&outcome)) {
    if (delta::VacuumCutoff(lost->winner)) {
      GiveAllBack();
      return false;
    }
    const int64_t before = base_->version();
    Refresh();
    const auto stale = FindStale();
    const bool explains = base_->version() > before &&
                          (done_.empty() || std::ranges::find(stale, true) != stale.end());
    if (!explains) throw Refused(name_, *lost);
    return false;
  }
  if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) {
    // The log may name the files.
    done_.clear();
    throw Unanswered(name_, *unknown);
  }
  KeepUpBehind(catalog_, root_, std::get<delta::Committed>(outcome).snapshot);
  NoteCommitted(totals);
  return true;
}

void TableOptimizer::NoteCommitted(const OptimizeTotals& totals) {
  report_.totals.Add(totals);
  ++report_.commits;
  done_.clear();
  done_bytes_ = 0;
}

void TableOptimizer::DeleteOutputs(const Done& done) noexcept {
  DeleteUnnamed(catalog_, done.outputs.keys);
  DeleteUnnamed(catalog_, done.vectors);
}

}  // namespace laguna::catalog
