// SPDX-License-Identifier: Apache-2.0
#include "delta/vacuum.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "delta/delete_files.h"
#include "delta/last_vacuum.h"
#include "delta/note_commit.h"
#include "delta/retained_files.h"
#include "delta/table_feature.h"
#include "delta/vacuum_rule.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

// Larger pages than a store's own cost nothing there, and save a folder being read again and again.
constexpr size_t kListPage = 100'000;
// Between two looks at what others commit.
constexpr size_t kDeletedAtOnce = 10'000;

std::string FolderOf(const std::string& root) {
  return root.empty() ? std::string() : root + "/";
}

double Hours(int64_t ms) {
  return static_cast<double>(ms) / 3'600'000.0;
}

void CheckRetention(const VacuumOptions& options, int64_t table_ms, const std::string& location) {
  const int64_t asked_ms = options.retention_ms.value_or(table_ms);
  if (asked_ms < 0) {
    throw Error(ErrorKind::kInvalidInput, "vacuum.retention",
                fmt::format("RETAIN {} HOURS is less than nothing.", Hours(asked_ms)));
  }
  if (!options.check_retention || asked_ms >= table_ms) return;
  throw Error(
      ErrorKind::kInvalidInput, "vacuum.retention",
      fmt::format("RETAIN {} HOURS is shorter than the {} hours that {} keeps removed files: "
                  "readers and writers that are slower than that would lose files.",
                  Hours(asked_ms), Hours(table_ms), location))
      .Hint(
          "Set the table property delta.deletedFileRetentionDuration ('interval 24 hours'), or, "
          "when nobody else uses the table, SET lake_vacuum_retention_check = false.")
      .With("table", location);
}

// --- FULL ---

class FolderSearch {
 public:
  FolderSearch(Table& table, const Snapshot& snapshot, NamedFiles& named, VacuumPlan& plan)
      : table_(table),
        folder_(FolderOf(table.root())),
        rule_(snapshot.metadata()),
        named_(named),
        plan_(plan) {}

  void Run(const io::Call& call) {
    io::ListOptions options{.page_max = kListPage};
    // What stays for its name alone is not looked at: the log with all its files, and in most
    // tables nearly all else.
    options.wanted = [this](std::string_view path) { return MayGo(path); };
    bool more = true;
    while (more && plan_.complete) {
      const io::ListPage page = table_.store().List(folder_, options, call);
      for (const io::ObjectInfo& object : page.objects) Look(object);
      more = page.next_start_after.has_value();
      if (more) options.start_after = *page.next_start_after;
    }
    LeaveNestedTables();
    plan_.folders = folders_.size();
  }

 private:
  bool MayGo(std::string_view path) {
    const std::string_view nested = NestedTableOf(path);
    if (!nested.empty() && !nested_.contains(nested)) nested_.emplace(nested);
    if (!rule_.Takes(path)) return false;
    if (path.ends_with('/')) return true;
    const std::string_view folder = path.substr(0, path.rfind('/') + 1);
    if (!folders_.contains(folder)) folders_.emplace(folder);
    return !named_.Has(path);
  }

  void Look(const io::ObjectInfo& object) {
    if (object.modified_ms >= plan_.cutoff_ms) return;
    const std::string_view path = std::string_view(object.key).substr(folder_.size());
    if (plan_.files.size() == kVacuumedFilesMax) {
      plan_.complete = false;
      return;
    }
    plan_.files.push_back(
        {std::string(path), static_cast<int64_t>(object.size_bytes), object.modified_ms});
  }

  void LeaveNestedTables() {
    if (nested_.empty()) return;
    std::erase_if(plan_.files, [&](const VacuumedFile& file) {
      return std::ranges::any_of(
          nested_, [&](const std::string& folder) { return file.path.starts_with(folder); });
    });
  }

  Table& table_;
  const std::string folder_;
  const VacuumRule rule_;
  NamedFiles& named_;
  VacuumPlan& plan_;
  std::set<std::string, std::less<>> folders_;
  std::set<std::string, std::less<>> nested_;
};

// --- LITE ---

// A log may name any path.
bool IsKey(const std::string& path) {
  try {
    io::CheckKey(path);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void FindInLog(Table& table, const VacuumRule& rule, NamedFiles& named, VacuumPlan& plan,
               const io::Call& call) {
  const auto last = ReadLastVacuum(table.store(), table.root(), call);
  const int64_t first = last ? *last + 1 : 0;
  RemovedFiles removed = FilesRemovedBefore(table, first, plan.cutoff_ms, named, call);
  if (removed.first_in_log && *removed.first_in_log > first) {
    throw Error(ErrorKind::kInvalidInput, "vacuum.lite",
                fmt::format("VACUUM LITE of {} needs the log from version {} on; what is left of "
                            "it begins with version {}.",
                            table.Location(), first, *removed.first_in_log))
        .Hint("Run VACUUM without LITE once: it lists the folder, and LITE goes on from there.")
        .With("table", table.Location());
  }
  for (auto& [path, size_bytes] : removed.files) {
    if (named.Has(path) || !IsKey(path) || !rule.Takes(path)) continue;
    if (plan.files.size() == kVacuumedFilesMax) {
      plan.complete = false;
      break;
    }
    plan.files.push_back({path, size_bytes, std::nullopt});
  }
}

// --- Running ---

Operation StartOperation(const VacuumPlan& plan, const VacuumOptions& options, int64_t table_ms) {
  Operation operation{"VACUUM START", {}, {}};
  operation.parameters["retentionCheckEnabled"] = options.check_retention ? "true" : "false";
  operation.parameters["defaultRetentionMillis"] = std::to_string(table_ms);
  if (options.retention_ms) {
    operation.parameters["specifiedRetentionMillis"] = std::to_string(*options.retention_ms);
  }
  operation.metrics["numFilesToDelete"] = std::to_string(plan.files.size());
  operation.metrics["sizeOfDataToDelete"] = std::to_string(plan.size_bytes());
  return operation;
}

Operation EndOperation(const char* status, const VacuumReport& report, const VacuumPlan& plan) {
  return {"VACUUM END",
          {{"status", fmt::format("\"{}\"", status)}},
          {{"numDeletedFiles", std::to_string(report.files)},
           {"numVacuumedDirectories", std::to_string(plan.folders)}}};
}

class Run {
 public:
  Run(Table& table, const VacuumOptions& options, const base::Clock& clock, base::Random& random,
      const io::Call& call)
      : table_(table), options_(options), clock_(clock), random_(random), call_(call) {}

  VacuumReport Do() {
    snapshot_ = table_.Latest(call_);
    if (snapshot_ == nullptr) throw NoTable();
    plan_ = PlanVacuum(table_, *snapshot_, options_, clock_.NowMs(), call_);
    report_.complete = plan_.complete;
    const int64_t table_ms = DeletedFileRetention(snapshot_->metadata().configuration);
    Note(StartOperation(plan_, options_, table_ms));
    try {
      DeleteAll();
    } catch (...) {
      NoteFailure();
      throw;
    }
    Note(EndOperation("COMPLETED", report_, plan_));
    if (plan_.complete) RememberHowFar();
    report_.snapshot = snapshot_;
    return std::move(report_);
  }

 private:
  [[nodiscard]] Error NoTable() const {
    return Error(ErrorKind::kNotFound, "delta.no_table",
                 fmt::format("There is no Delta table at {}.", table_.Location()))
        .With("table", table_.Location());
  }

  void Note(const Operation& operation) {
    const Committed committed = NoteInLog(table_, snapshot_, operation, clock_, random_, call_);
    SnapshotPtr now = committed.snapshot ? committed.snapshot : table_.Latest(call_);
    NoteOthers(*now);
    snapshot_ = std::move(now);
  }

  void NoteFailure() noexcept {
    try {
      NoteInLog(table_, snapshot_, EndOperation("FAILED", report_, plan_), clock_, random_);
    } catch (...) {
      // The failure itself is what the caller hears of.
    }
  }

  // Takes out of the plan what others committed since the last look.
  void NoteOthers(const Snapshot& now) {
    if (now.version() == snapshot_->version()) return;
    NamedFiles named(table_.Location());
    NoteAdded(table_, snapshot_->version() + 1, now.version(), named, call_);
    LeaveOut(named);
  }

  void LeaveOut(NamedFiles& named) {
    const auto first = plan_.files.begin() + static_cast<long>(done_);
    const auto last = std::remove_if(
        first, plan_.files.end(), [&](const VacuumedFile& file) { return named.Has(file.path); });
    plan_.files.erase(last, plan_.files.end());
  }

  void DeleteAll() {
    if (options_.note_references) {
      NamedFiles named(table_.Location());
      options_.note_references(named);
      LeaveOut(named);
    }
    while (done_ < plan_.files.size()) {
      DeleteSome();
      SnapshotPtr now = table_.Latest(call_);
      if (now == nullptr) throw NoTable();
      NoteOthers(*now);
      snapshot_ = std::move(now);
    }
  }

  void DeleteSome() {
    const size_t count = std::min(kDeletedAtOnce, plan_.files.size() - done_);
    const auto files = std::span(plan_.files).subspan(done_, count);
    std::vector<std::string> keys;
    keys.reserve(count);
    for (const VacuumedFile& file : files) keys.push_back(FolderOf(table_.root()) + file.path);
    std::atomic<size_t> gone = done_;
    DeleteFiles(table_.store(), keys, call_, [&](size_t deleted) {
      gone += deleted;
      if (options_.progress) options_.progress(gone, plan_.files.size());
    });
    for (const VacuumedFile& file : files) report_.size_bytes += file.size_bytes.value_or(0);
    report_.files += count;
    done_ += count;
  }

  // For VACUUM LITE. It is a hint, so what goes wrong with it costs the next one time only.
  void RememberHowFar() noexcept {
    try {
      const auto last = LastVersionBefore(table_, plan_.cutoff_ms, call_);
      if (last) PutLastVacuum(table_.store(), table_.root(), *last, call_);
    } catch (...) {
    }
  }

  Table& table_;
  const VacuumOptions& options_;
  const base::Clock& clock_;
  base::Random& random_;
  const io::Call& call_;
  // The newest version whose files the plan leaves alone.
  SnapshotPtr snapshot_;
  VacuumPlan plan_;
  // How many files of the plan are deleted.
  size_t done_ = 0;
  VacuumReport report_;
};

}  // namespace

int64_t VacuumPlan::size_bytes() const {
  int64_t bytes = 0;
  for (const VacuumedFile& file : files) bytes += file.size_bytes.value_or(0);
  return bytes;
}

VacuumPlan PlanVacuum(Table& table, const Snapshot& snapshot, const VacuumOptions& options,
                      int64_t now_ms, const io::Call& call) {
  CheckWritable(snapshot.protocol(), snapshot.metadata(), table.Location());
  const int64_t table_ms = DeletedFileRetention(snapshot.metadata().configuration);
  CheckRetention(options, table_ms, table.Location());
  VacuumPlan plan;
  plan.retention_ms = options.retention_ms.value_or(table_ms);
  // What was removed in this very millisecond is kept for no time when none is asked for.
  plan.cutoff_ms = now_ms - plan.retention_ms + 1;
  NamedFiles named(table.Location());
  NoteRetained(table, snapshot, plan.cutoff_ms, named, call);
  if (options.note_references) options.note_references(named);
  if (options.lite) {
    FindInLog(table, VacuumRule(snapshot.metadata()), named, plan, call);
  } else {
    FolderSearch(table, snapshot, named, plan).Run(call);
  }
  return plan;
}

VacuumReport Vacuum(Table& table, const VacuumOptions& options, const base::Clock& clock,
                    base::Random& random, const io::Call& call) {
  return Run(table, options, clock, random, call).Do();
}

}  // namespace laguna::delta
