// SPDX-License-Identifier: Apache-2.0
// Writers that change one table at the same time, over a store that loses replies, fails, is late
// and lets them crash between any two steps (stepped_store_for_test.h).
//
// A row is a key and a value. Every commit says in its operation parameters what it means ("add one
// to these keys"), so the log tells a serial order of meanings: each version is checked against a
// model that carries them out one after the other. Files are small texts, one row to a line; each
// counts as kCopies rows that go together, so that vectors of two of them are no longer inline.
//
// LAGUNA_SIMULATION_SEEDS says how many runs, LAGUNA_SIMULATION_SEED where to begin; a failure
// names its seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "base/json.h"
#include "delta/conflict.h"
#include "delta/deletion_vector_writer.h"
#include "delta/row_tracking.h"
#include "delta/statistics.h"
#include "delta/stepped_store_for_test.h"
#include "delta/table_feature.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

constexpr char kRoot[] = "bronze/t";
constexpr uint64_t kCopies = 70;

struct Row {
  std::string key;
  int64_t value = 0;
};
using Rows = std::vector<Row>;
using Model = std::map<std::string, int64_t>;

std::string TextOf(const Rows& rows) {
  std::string text;
  for (const Row& row : rows) text += row.key + " " + std::to_string(row.value) + "\n";
  return text;
}

Rows RowsOf(const std::string& text) {
  Rows rows;
  std::istringstream lines(text);
  for (Row row; lines >> row.key >> row.value;) rows.push_back(row);
  return rows;
}

// A live row and where it is.
struct PlacedRow {
  size_t file = 0;
  uint64_t position = 0;
  Row row;
};

std::vector<PlacedRow> LiveRows(io::ObjectStore& store, const AddFile& file, size_t index) {
  DeletionVector deleted;
  if (file.deletion_vector) deleted = LoadDeletionVector(store, kRoot, *file.deletion_vector);
  const Rows rows = RowsOf(io::ReadAll(store, kRoot + ("/" + file.path), 1 << 20));
  std::vector<PlacedRow> live;
  for (uint64_t i = 0; i < rows.size(); ++i) {
    if (!deleted.Contains(i * kCopies)) live.push_back({index, i, rows[i]});
  }
  return live;
}

std::vector<PlacedRow> LiveRows(io::ObjectStore& store, const Snapshot& snapshot) {
  std::vector<PlacedRow> live;
  for (size_t i = 0; i < snapshot.files().size(); ++i) {
    const std::vector<PlacedRow> rows = LiveRows(store, snapshot.files().at(i).ToAddFile(), i);
    live.insert(live.end(), rows.begin(), rows.end());
  }
  return live;
}

enum class Outcome { kIn, kOut, kUnknown };

// What a statement is called, and how its commit ended.
struct Told {
  std::string id;
  Outcome outcome = Outcome::kOut;
};

Operation Meaning(const std::string& id, const std::string& what, const Rows& rows) {
  base::Json keys = base::Json::array();
  for (const Row& row : rows) keys.push_back(row.key);
  return {"WRITE",
          {{"id", base::Json(id).dump()}, {"what", base::Json(what).dump()}, {"keys", keys.dump()}},
          {}};
}

AddFile FileOf(const std::string& path, const Rows& rows) {
  AddFile file = FileNamed(path);
  file.statistics_json = R"({"numRecords":)" + std::to_string(rows.size() * kCopies) + "}";
  return file;
}

void StoreFile(io::ObjectStore& store, const std::string& key, const Rows& rows) {
  const std::string text = TextOf(rows);
  auto writer = store.Write(key);
  writer->Append(std::as_bytes(std::span(text)), {});
  writer->Finish({});
  const std::string keys[] = {key};
  store.Sync(keys);
}

// --- A writer ---

class Writer {
 public:
  Writer(Simulation& simulation, size_t number)
      : simulation_(simulation),
        number_(number),
        store_(simulation, number),
        clock_(simulation, number),
        table_(store_, kRoot, clock_) {}

  void Run(size_t statements) {
    for (size_t i = 0; i < statements; ++i) {
      id_ = std::to_string(number_) + "-" + std::to_string(i);
      Outcome outcome = Outcome::kOut;
      try {
        outcome = Statement();
      } catch (const base::Error&) {
        // A commit whose end is not known is no error.
      } catch (const Crashed&) {
        outcome = Outcome::kUnknown;
      }
      told_.push_back({id_, outcome});
      if (store_.crashed()) return;
    }
  }

  [[nodiscard]] const std::vector<Told>& told() const { return told_; }

 private:
  Outcome Statement() {
    written_.clear();
    const SnapshotPtr read = table_.Latest();
    Transaction transaction(table_, read, clock_, simulation_.random());
    // The rows of files never change, so reading them is no step.
    rows_ = LiveRows(simulation_.store, *read);
    try {
      Fill(transaction);
    } catch (const base::Error&) {
      Delete(written_);
      throw;
    }
    return Commit(transaction);
  }

  Outcome Commit(Transaction& transaction) {
    transaction.FindRowsBy([this](auto old, auto files) { return FindAgain(old, files); });
    CommitOutcome outcome;
    try {
      outcome = transaction.Commit(store_.NewCall());
    } catch (const base::Error&) {
      Delete(written_);
      throw;
    }
    if (std::holds_alternative<Unknown>(outcome)) return Outcome::kUnknown;
    if (std::holds_alternative<Lost>(outcome)) {
      Delete(written_);
      return Outcome::kOut;
    }
    std::vector<std::string> unused;
    for (const std::string& file : std::get<Committed>(outcome).unused_vector_files) {
      unused.push_back(kRoot + ("/" + file));
    }
    try {
      Delete(unused);
    } catch (const Crashed&) {
      // Behind the commit.
    }
    return Outcome::kIn;
  }

  void Fill(Transaction& transaction) {
    switch (simulation_.Draw(rows_.empty() ? 2 : 14)) {
      case 0:
        return Append(transaction);
      case 1:
      case 2:
        return InsertIfAbsent(transaction);
      case 3:
        return Sum(transaction);
      case 4:
        return Compact(transaction);
      case 5:
        return RemoveFiles(transaction);
      case 6:
      case 7:
      case 8:
        return DeleteSome(transaction);
      default:
        return Increment(transaction);
    }
  }

  void Append(Transaction& transaction) {
    Rows rows;
    const size_t count = 1 + simulation_.Draw(4);
    for (size_t i = 0; i < count; ++i) rows.push_back({"a" + id_ + "-" + std::to_string(i), 0});
    transaction.Append(WriteFile(rows));
    Mean(transaction, "add", rows);
  }

  // Once for each of a few keys.
  void InsertIfAbsent(Transaction& transaction) {
    const std::string key = "k" + std::to_string(simulation_.Draw(3));
    const auto there = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const PlacedRow& row) { return row.row.key == key; });
    if (there != rows_.end()) {
      DeletionVector rows;
      rows.AddRange(there->position * kCopies, kCopies);
      transaction.DependOnRows(EntryOf(transaction, *there).path, rows);
    }
    transaction.ReadRows(ScopeOf({key}, true));
    const Rows rows{{there == rows_.end() ? key : "d" + id_, 0}};
    transaction.Append(WriteFile(rows));
    Mean(transaction, there == rows_.end() ? "add" : "add when there is " + key, rows);
  }

  // Reads everything.
  void Sum(Transaction& transaction) {
    int64_t sum = 0;
    for (const PlacedRow& row : rows_) sum += 1 + row.row.value;
    transaction.MarkRead();
    const Rows rows{{"s" + id_, sum}};
    transaction.Append(WriteFile(rows));
    Mean(transaction, "sum", rows);
  }

  void Compact(Transaction& transaction) {
    Rows kept;
    for (const size_t index : SomeFiles()) {
      for (const PlacedRow& row : rows_) {
        if (row.file == index) kept.push_back(row.row);
      }
      RemoveFile(transaction, index, false);
    }
    AddFile file = WriteFile(kept);
    file.data_change = false;
    transaction.Append(std::move(file));
    Mean(transaction, "nothing", {});
  }

  void RemoveFiles(Transaction& transaction) {
    Rows gone;
    for (const size_t index : SomeFiles()) {
      for (const PlacedRow& row : rows_) {
        if (row.file == index) gone.push_back(row.row);
      }
      RemoveFile(transaction, index, true);
    }
    transaction.ReadRows(ScopeOf(KeysOf(gone), true));
    Mean(transaction, "delete", gone);
  }

  void DeleteSome(Transaction& transaction) {
    const std::vector<PlacedRow> rows = SomeRows();
    DeleteRows(transaction, rows);
    Mean(transaction, "delete", Plain(rows));
  }

  void Increment(Transaction& transaction) {
    const std::vector<PlacedRow> rows = SomeRows();
    DeleteRows(transaction, rows);
    Rows changed = Plain(rows);
    for (Row& row : changed) ++row.value;
    transaction.Append(WriteFile(changed));
    Mean(transaction, "increment", changed);
  }

  // --- Parts of statements ---

  void Mean(Transaction& transaction, const std::string& what, const Rows& rows) {
    transaction.SetOperation(Meaning(id_, what, rows));
  }

  AddFile WriteFile(const Rows& rows) {
    AddFile file = FileOf("f" + id_ + ".txt", rows);
    written_.push_back(kRoot + ("/" + file.path));
    StoreFile(store_, written_.back(), rows);
    return file;
  }

  static AddFile EntryOf(Transaction& transaction, const PlacedRow& row) {
    return transaction.read()->files().at(row.file).ToAddFile();
  }

  static void RemoveFile(Transaction& transaction, size_t index, bool data_change) {
    const AddFile file = transaction.read()->files().at(index).ToAddFile();
    delta::RemoveFile removal;
    removal.path = file.path;
    removal.deletion_vector = file.deletion_vector;
    removal.data_change = data_change;
    transaction.Remove(std::move(removal));
  }

  void DeleteRows(Transaction& transaction, const std::vector<PlacedRow>& rows) {
    std::map<size_t, DeletionVector> by_file;
    for (const PlacedRow& row : rows) {
      by_file[row.file].AddRange(row.position * kCopies, kCopies);
    }
    DeletionVectorFileBuilder builder(base::MakeUuid(simulation_.random()));
    const std::string key = std::string(kRoot) + "/" + builder.path();
    for (auto& [index, deleted] : by_file) {
      AddFile file = transaction.read()->files().at(index).ToAddFile();
      const std::string old_id = file.deletion_vector ? file.deletion_vector->UniqueId() : "";
      DeletionVector all = deleted;
      if (file.deletion_vector) {
        all = DeletionVector::Union(
            all, LoadDeletionVector(simulation_.store, kRoot, *file.deletion_vector));
      }
      file.deletion_vector =
          simulation_.Happens(0.5) ? builder.Add(all) : InlineDeletionVector(all);
      file.statistics_json = LoosenBounds(file.statistics_json);
      transaction.DeleteRows(std::move(file), old_id, std::move(deleted));
    }
    if (!builder.bytes().empty()) {
      written_.push_back(key);
      store_.Put(key, builder.bytes());
    }
    transaction.ReadRows(ScopeOf(KeysOf(Plain(rows)), true));
  }

  // Knows exactly, or nothing.
  ReadScope ScopeOf(std::set<std::string> keys, bool row_by_row) {
    if (simulation_.Happens(0.1)) return {row_by_row, {}};
    return {row_by_row, [this, keys = std::move(keys)](std::span<const AddFile> files) {
              return std::any_of(files.begin(), files.end(), [&](const AddFile& file) {
                const std::vector<PlacedRow> rows = LiveRows(simulation_.store, file, 0);
                return std::any_of(rows.begin(), rows.end(), [&](const PlacedRow& row) {
                  return keys.contains(row.row.key);
                });
              });
            }};
  }

  // By key and value; now and then it does not know.
  std::optional<RowClaims> FindAgain(std::span<const OldRows> old, std::span<const AddFile> files) {
    if (simulation_.Happens(0.1)) return std::nullopt;
    RowClaims found;
    for (const OldRows& gone : old) {
      const Rows rows =
          RowsOf(io::ReadAll(simulation_.store, kRoot + ("/" + gone.file.path), 1 << 20));
      for (uint64_t i = 0; i < rows.size(); ++i) {
        const bool goes = gone.rows.deleted.Contains(i * kCopies);
        if (!goes && !gone.rows.depended_on.Contains(i * kCopies)) continue;
        if (!FindRow(rows[i], files, goes, found)) return std::nullopt;
      }
    }
    return found;
  }

  bool FindRow(const Row& wanted, std::span<const AddFile> files, bool goes, RowClaims& found) {
    for (const AddFile& file : files) {
      for (const PlacedRow& row : LiveRows(simulation_.store, file, 0)) {
        if (row.row.key != wanted.key || row.row.value != wanted.value) continue;
        RowClaim& claim = found[file.path];
        (goes ? claim.deleted : claim.depended_on).AddRange(row.position * kCopies, kCopies);
        return true;
      }
    }
    return false;
  }

  std::vector<size_t> SomeFiles() {
    std::set<size_t> files;
    const size_t count = 1 + simulation_.Draw(2);
    for (size_t i = 0; i < count; ++i) files.insert(rows_[simulation_.Draw(rows_.size())].file);
    return {files.begin(), files.end()};
  }

  std::vector<PlacedRow> SomeRows() {
    std::map<std::string, PlacedRow> rows;
    const size_t count = 1 + simulation_.Draw(2);
    for (size_t i = 0; i < count; ++i) {
      const PlacedRow& row = rows_[simulation_.Draw(rows_.size())];
      rows.emplace(row.row.key, row);
    }
    std::vector<PlacedRow> some;
    for (const auto& [key, row] : rows) some.push_back(row);
    return some;
  }

  static Rows Plain(const std::vector<PlacedRow>& placed) {
    Rows rows;
    for (const PlacedRow& row : placed) rows.push_back(row.row);
    return rows;
  }

  static std::set<std::string> KeysOf(const Rows& rows) {
    std::set<std::string> keys;
    for (const Row& row : rows) keys.insert(row.key);
    return keys;
  }

  void Delete(const std::vector<std::string>& keys) {
    try {
      if (!keys.empty()) store_.DeleteMany(keys);
    } catch (const base::Error&) {
      // Files that no log names are in nobody's way.
    }
  }

  Simulation& simulation_;
  const size_t number_;
  SteppedStore store_;
  SteppedClock clock_;
  Table table_;
  std::string id_;
  std::vector<PlacedRow> rows_;
  std::vector<std::string> written_;
  std::vector<Told> told_;
};

// --- What must hold of the log ---

class LogCheck {
 public:
  LogCheck(Simulation& simulation, bool serializable)
      : store_(simulation.store),
        table_(simulation.store, kRoot, simulation.clock),
        serializable_(serializable) {}

  void Run(const std::vector<Told>& told) {
    const int64_t last = table_.Latest()->version();
    for (int64_t version = 1; version <= last; ++version) {
      const auto commit = table_.ReadCommit(version);
      ASSERT_TRUE(commit.has_value()) << "version " << version << " is missing";
      Meet(version, commit->actions);
      if (::testing::Test::HasFailure()) return;
    }
    for (const Told& one : told) {
      const size_t times = ids_.count(one.id);
      EXPECT_LE(times, 1U) << one.id << " is doubled";
      EXPECT_TRUE(times == 1 || one.outcome != Outcome::kIn) << one.id << " is lost";
      EXPECT_TRUE(times == 0 || one.outcome != Outcome::kOut) << one.id << " said it failed";
    }
  }

 private:
  void Meet(int64_t version, std::span<const Action> actions) {
    const CommitInfo info = CommitInfoOf(actions);
    const std::string id = Text(info, "id");
    ids_.insert(id);
    MeetIds(actions);
    if (info.in_commit_timestamp_ms) {
      EXPECT_GT(*info.in_commit_timestamp_ms, last_timestamp_ms_);
      last_timestamp_ms_ = *info.in_commit_timestamp_ms;
    }
    const SnapshotPtr snapshot = Table(store_, kRoot, clock_).AtVersion(version);
    Model rows;
    for (const PlacedRow& row : LiveRows(store_, *snapshot)) {
      EXPECT_TRUE(rows.emplace(row.row.key, row.row.value).second)
          << "key " << row.row.key << " is there twice at version " << version;
    }
    const std::string what = Text(info, "what");
    Carry(what, base::Json::parse(info.operation_parameters.at("keys")), rows);
    EXPECT_EQ(rows, model_) << "version " << version << ", " << id << ": " << what << " "
                            << info.operation_parameters.at("keys");
  }

  // What the commit means, done to the model. `rows` is the table behind it.
  void Carry(const std::string& what, const base::Json& keys, const Model& rows) {
    int64_t sum = 0;
    for (const auto& [key, value] : model_) sum += 1 + value;
    const std::string condition = "add when there is ";
    if (what.starts_with(condition)) {
      EXPECT_TRUE(model_.contains(what.substr(condition.size()))) << what;
    }
    for (const std::string key : keys) {
      if (what == "delete") {
        EXPECT_EQ(model_.erase(key), 1U) << key << " was deleted before";
      } else if (what == "increment") {
        EXPECT_TRUE(model_.contains(key)) << key << " was deleted before";
        ++model_[key];
      } else if (what == "sum") {
        // Blind appends may come before or after what was read.
        model_[key] = serializable_ || !rows.contains(key) ? sum : rows.at(key);
      } else {
        EXPECT_TRUE(model_.emplace(key, 0).second) << key << " was there before";
      }
    }
  }

  // No two rows get the same row id.
  void MeetIds(std::span<const Action> actions) {
    for (const Action& action : actions) {
      const auto* file = std::get_if<AddFile>(&action);
      if (file == nullptr || !file->base_row_id) continue;
      const auto [known, is_new] = base_row_ids_.emplace(file->path, *file->base_row_id);
      EXPECT_EQ(known->second, *file->base_row_id) << file->path;
      if (!is_new) continue;
      EXPECT_GE(*file->base_row_id, next_row_id_);
      next_row_id_ = *file->base_row_id + ParseRecordCount(file->statistics_json).value();
    }
  }

  static std::string Text(const CommitInfo& info, const std::string& name) {
    return base::Json::parse(info.operation_parameters.at(name)).get<std::string>();
  }

  io::ObjectStore& store_;
  TestClock clock_;
  Table table_;
  const bool serializable_;
  Model model_;
  std::multiset<std::string> ids_;
  std::map<std::string, int64_t> base_row_ids_;
  int64_t next_row_id_ = 0;
  int64_t last_timestamp_ms_ = 0;
};

Metadata DefinitionOf(bool serializable) {
  Metadata metadata = SimpleMetadata();
  metadata.id = "table";
  metadata.configuration["delta.enableDeletionVectors"] = "true";
  metadata.configuration["delta.enableInCommitTimestamps"] = "true";
  metadata.configuration["delta.isolationLevel"] =
      serializable ? "Serializable" : "WriteSerializable";
  return metadata;
}

// A table with one file that all of them will want to change.
void CreateTable(Simulation& simulation, bool serializable, bool row_ids) {
  const Metadata metadata = DefinitionOf(serializable);
  Protocol protocol = MinimalProtocol(metadata);
  if (row_ids) {
    for (const char* feature : {"domainMetadata", "rowTracking"}) {
      protocol.writer_features.emplace_back(feature);
    }
  }
  CommitInfo info;
  info.in_commit_timestamp_ms = 1;
  simulation.store.Put(CommitKey(kRoot, 0),
                       WriteCommit(std::vector<Action>{info, protocol, metadata}));
  Rows rows;
  for (int i = 0; i < 12; ++i) rows.push_back({"r" + std::to_string(i), 0});
  StoreFile(simulation.store, std::string(kRoot) + "/r.txt", rows);
  Table table(simulation.store, kRoot, simulation.clock);
  Transaction transaction(table, table.Latest(), simulation.clock, simulation.random());
  transaction.Append(FileOf("r.txt", rows));
  transaction.SetOperation(Meaning("begin", "add", rows));
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
}

void RunSeed(uint64_t seed) {
  constexpr Simulation::Odds kOdds[] = {{0, 0, 0, 0},
                                        {0.01, 0.05, 0.001, 0.01},
                                        {0.05, 0.3, 0.005, 0.02},
                                        {0, 0.6, 0, 0.1},
                                        {0.1, 0.1, 0.02, 0}};
  const bool serializable = seed % 2 == 0;
  Simulation simulation(seed, kOdds[seed / 2 % std::size(kOdds)]);
  CreateTable(simulation, serializable, seed % 3 == 0);

  std::vector<std::unique_ptr<Writer>> writers;
  std::vector<std::function<void(size_t)>> bodies;
  const size_t count = 2 + simulation.Draw(4);
  for (size_t i = 0; i < count; ++i) {
    writers.push_back(std::make_unique<Writer>(simulation, i));
    bodies.emplace_back([&writers](size_t writer) { writers[writer]->Run(8); });
  }
  simulation.Run(std::move(bodies));

  simulation.store.LosePower();
  std::vector<Told> told;
  for (const auto& writer : writers) {
    told.insert(told.end(), writer->told().begin(), writer->told().end());
  }
  LogCheck(simulation, serializable).Run(told);
}

uint64_t FromEnvironment(const char* name, uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

TEST(CommitSimulation, EveryRunIsSerial) {
  const uint64_t first = FromEnvironment("LAGUNA_SIMULATION_SEED", 1);
  const uint64_t seeds = FromEnvironment("LAGUNA_SIMULATION_SEEDS", 300);
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE("LAGUNA_SIMULATION_SEED=" + std::to_string(seed));
    ASSERT_NO_THROW(RunSeed(seed));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace laguna::delta
