// SPDX-License-Identifier: Apache-2.0
// Random histories: adds, removes, deletion vectors, metadata, transactions and domains, with
// checkpoints of every shape, compacted commits, hints and clean-up strewn in. At every version
// that can be rebuilt the snapshot is what a naive model says.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/error.h"
#include "delta/last_checkpoint.h"
#include "delta/log_segment.h"
#include "delta/parquet_for_test.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

constexpr char kRoot[] = "bronze/t";

// The key of a logical file: path and vector id.
using FileKeyPair = std::pair<std::string, std::string>;

struct Model {
  Protocol protocol;
  Metadata metadata;
  std::map<FileKeyPair, AddFile> files;
  std::map<std::string, SetTransaction> transactions;
  std::map<std::string, DomainMetadata> domains;

  void Apply(const Action& action) {
    if (const auto* next = std::get_if<Protocol>(&action)) protocol = *next;
    if (const auto* next = std::get_if<Metadata>(&action)) metadata = *next;
    if (const auto* next = std::get_if<SetTransaction>(&action)) {
      transactions[next->app_id] = *next;
    }
    if (const auto* next = std::get_if<DomainMetadata>(&action)) {
      if (next->removed) {
        domains.erase(next->domain);
      } else {
        domains[next->domain] = *next;
      }
    }
    if (const auto* next = std::get_if<AddFile>(&action)) files[KeyOf(*next)] = *next;
    if (const auto* next = std::get_if<RemoveFile>(&action)) files.erase(KeyOf(*next));
  }

  template <typename File>
  static FileKeyPair KeyOf(const File& file) {
    return {file.path, file.deletion_vector ? file.deletion_vector->UniqueId() : ""};
  }

  [[nodiscard]] std::vector<Action> Actions() const {
    std::vector<Action> actions{protocol, metadata};
    for (const auto& [key, file] : files) actions.emplace_back(file);
    for (const auto& [id, transaction] : transactions) actions.emplace_back(transaction);
    for (const auto& [name, domain] : domains) actions.emplace_back(domain);
    return actions;
  }
};

// The newest action for each thing of several commits (protocol section "Action Reconciliation").
std::vector<Action> Reconciled(const std::vector<std::vector<Action>>& commits, int64_t first,
                               int64_t last) {
  std::map<std::string, Action> newest;
  auto key_of = [](const Action& action) {
    std::string kind = std::to_string(action.index());
    if (const auto* txn = std::get_if<SetTransaction>(&action)) return kind + txn->app_id;
    if (const auto* domain = std::get_if<DomainMetadata>(&action)) return kind + domain->domain;
    auto file_key = [](const FileKeyPair& key) { return "f" + key.first + "|" + key.second; };
    if (const auto* add = std::get_if<AddFile>(&action)) return file_key(Model::KeyOf(*add));
    if (const auto* gone = std::get_if<RemoveFile>(&action)) return file_key(Model::KeyOf(*gone));
    return kind;
  };
  for (int64_t version = first; version <= last; ++version) {
    for (const Action& action : commits[static_cast<size_t>(version)]) {
      if (std::holds_alternative<CommitInfo>(action)) continue;
      newest.insert_or_assign(key_of(action), action);
    }
  }
  std::vector<Action> actions;
  for (auto& [key, action] : newest) actions.push_back(std::move(action));
  return actions;
}

class History {
 public:
  explicit History(uint32_t seed) : random_(seed) {
    Metadata metadata = SimpleMetadata();
    metadata.id = "the table";
    Commit({Protocol{3, 7, {"deletionVectors"}, {"deletionVectors"}}, metadata});
  }

  void Step() {
    Commit(RandomCommit());
    if (Chance(6)) PutCheckpoint();
    if (Chance(6)) PutCompacted();
    if (Chance(12)) CleanUp();
    if (Chance(12)) lake_.store.Put(LastCheckpointKey(kRoot), RandomHint());
  }

  // Every version, by a fresh handle each; the newest by one that follows.
  void Check() {
    ExpectSame(*following_.Latest(), models_.size() - 1);
    for (size_t version = first_; version < models_.size(); ++version) {
      Table fresh(lake_.store, kRoot, lake_.clock, &parquet_);
      ExpectSame(*fresh.AtVersion(static_cast<int64_t>(version)), version);
    }
    if (first_ == 0) return;
    Table fresh(lake_.store, kRoot, lake_.clock, &parquet_);
    EXPECT_THROW((void)fresh.AtVersion(static_cast<int64_t>(first_) - 1), base::Error);
  }
  void CheckNewest() { ExpectSame(*following_.Latest(), models_.size() - 1); }

 private:
  int64_t Pick(size_t below) { return static_cast<int64_t>(random_() % below); }
  bool Chance(size_t one_in) { return Pick(one_in) == 0; }
  [[nodiscard]] int64_t newest() const { return static_cast<int64_t>(models_.size()) - 1; }

  void Commit(std::vector<Action> actions) {
    Model model = models_.empty() ? Model() : models_.back();
    for (const Action& action : actions) model.Apply(action);
    models_.push_back(std::move(model));
    lake_.PutCommit(newest(), actions);
    commits_.push_back(std::move(actions));
  }

  std::vector<Action> RandomCommit() {
    std::vector<Action> actions{CommitInfo{}};
    std::set<std::string> used;
    for (int64_t i = Pick(8); i > 0; --i) {
      std::string path = fmt::format("p={}/f {}.parquet", Pick(3), Pick(30));
      if (used.insert(path).second) ChangeFile(path, actions);
    }
    if (Chance(5)) {
      actions.emplace_back(SetTransaction{fmt::format("app{}", Pick(3)), Pick(99), {}});
    }
    if (Chance(5)) {
      actions.emplace_back(DomainMetadata{fmt::format("d{}", Pick(3)), "{}", Chance(3)});
    }
    if (Chance(9)) {
      Metadata metadata = models_.back().metadata;
      metadata.configuration["k"] = std::to_string(Pick(100));
      actions.emplace_back(std::move(metadata));
    }
    return actions;
  }

  // Adds it, changes its vector, or removes it.
  void ChangeFile(const std::string& path, std::vector<Action>& actions) {
    const Model& model = models_.back();
    auto live = std::find_if(model.files.begin(), model.files.end(),
                             [&](const auto& held) { return held.first.first == path; });
    AddFile file = FileNamed(path);
    file.size_bytes = Pick(1000);
    file.partition_values = {{"p", path.substr(2, 1)}, {"q", std::nullopt}};
    file.statistics_json = fmt::format(R"({{"numRecords":{}}})", 100 + Pick(9));
    if (live == model.files.end()) {
      actions.emplace_back(std::move(file));
      return;
    }
    RemoveFile gone;
    gone.path = path;
    gone.deletion_timestamp_ms = 5;
    gone.deletion_vector = live->second.deletion_vector;
    int64_t what = Pick(3);
    if (what == 0) {
      actions.emplace_back(std::move(gone));
    } else if (what == 1) {
      file.deletion_vector = DeletionVectorDescriptor{'u', "ab^-aqEH.-t@S}K{vb[*k^",
                                                      static_cast<int32_t>(Pick(50)), 40, 6};
      bool same = Model::KeyOf(file) == live->first;
      actions.emplace_back(std::move(file));
      if (!same) actions.emplace_back(std::move(gone));
    } else {
      file.deletion_vector = live->second.deletion_vector;
      actions.emplace_back(std::move(file));
    }
  }

  void PutCheckpoint() {
    int64_t version = newest() - Pick(3);
    version = std::max(version, static_cast<int64_t>(first_));
    std::vector<Action> actions = models_[static_cast<size_t>(version)].Actions();
    std::shuffle(actions.begin(), actions.end(), random_);
    RemoveFile tombstone;
    tombstone.path = "long gone";
    actions.emplace_back(tombstone);
    std::string name = fmt::format("{}{:020}.checkpoint.", LogFolder(kRoot), version);
    switch (Pick(3)) {
      case 0:
        parquet_.Put(name + "parquet", actions);
        break;
      case 1:
        PutParts(name, actions);
        break;
      default:
        PutV2(name, actions);
    }
    checkpoints_.insert(version);
  }

  void PutParts(const std::string& name, const std::vector<Action>& actions) {
    size_t parts = Chance(2) ? 2 : 3;
    for (size_t part = 0; part < parts; ++part) {
      std::vector<Action> share;
      for (size_t i = part; i < actions.size(); i += parts) share.push_back(actions[i]);
      parquet_.Put(fmt::format("{}{:010}.{:010}.parquet", name, part + 1, parts), share);
    }
  }

  void PutV2(const std::string& name, const std::vector<Action>& actions) {
    std::string sidecar = fmt::format("s{}.parquet", random_());
    std::vector<Action> top{CheckpointMetadata{1, {}}, Sidecar{sidecar, 1, 1, {}}};
    std::vector<Action> files;
    for (const Action& action : actions) {
      bool is_file =
          std::holds_alternative<AddFile>(action) || std::holds_alternative<RemoveFile>(action);
      (is_file ? files : top).push_back(action);
    }
    parquet_.Put(LogFolder(kRoot) + "_sidecars/" + sidecar, files);
    std::string uuid = fmt::format("{:08x}-4056-49b8-937b-95f9e3ee90e5.", random_());
    if (Chance(2)) {
      parquet_.Put(name + uuid + "parquet", top);
    } else {
      lake_.store.Put(name + uuid + "json", WriteCommit(top));
    }
  }

  void PutCompacted() {
    if (newest() < static_cast<int64_t>(first_) + 2) return;
    int64_t last = newest() - Pick(2);
    int64_t first = last - 1 - Pick(5);
    first = std::max(first, static_cast<int64_t>(first_) + 1);
    if (first >= last) return;
    lake_.store.Put(fmt::format("{}{:020}.{:020}.compacted.json", LogFolder(kRoot), first, last),
                    WriteCommit(Reconciled(commits_, first, last)));
  }

  // Everything before one of the checkpoints, as metadata clean-up does.
  void CleanUp() {
    if (checkpoints_.empty()) return;
    auto kept = std::next(checkpoints_.begin(), Pick(checkpoints_.size()));
    first_ = static_cast<size_t>(*kept);
    checkpoints_.erase(checkpoints_.begin(), kept);
    // The commit of the checkpoint's version goes too, or stays.
    std::string below = fmt::format("{}{:020}", LogFolder(kRoot), first_);
    std::vector<std::string> gone;
    for (const io::ObjectInfo& object : io::ListAll(lake_.store, LogFolder(kRoot))) {
      std::string name = object.key.substr(LogFolder(kRoot).size());
      if (name[0] != '_' && object.key < below) gone.push_back(object.key);
    }
    if (Chance(2)) gone.push_back(CommitKey(kRoot, static_cast<int64_t>(first_)));
    lake_.store.DeleteMany(gone);
  }

  std::string RandomHint() {
    if (Chance(4)) return "{\"version\":";
    return WriteLastCheckpoint({Pick(models_.size() + 3), 1, {}, {}, {}});
  }

  void ExpectSame(const Snapshot& snapshot, size_t version) {
    const Model& model = models_[version];
    ASSERT_EQ(snapshot.version(), static_cast<int64_t>(version));
    EXPECT_EQ(snapshot.protocol(), model.protocol) << version;
    EXPECT_EQ(snapshot.metadata(), model.metadata) << version;
    EXPECT_EQ(snapshot.state().transactions, model.transactions) << version;
    EXPECT_EQ(snapshot.state().domains, model.domains) << version;
    std::map<FileKeyPair, AddFile> files;
    for (size_t i = 0; i < snapshot.files().size(); ++i) {
      AddFile file = snapshot.files().at(i).ToAddFile();
      // Checkpoints do not keep it: what a state holds changed nothing.
      file.data_change = true;
      EXPECT_TRUE(files.emplace(Model::KeyOf(file), file).second) << file.path;
    }
    EXPECT_EQ(files, model.files) << version;
  }

  std::mt19937 random_;
  TestLake lake_;
  FakeParquet parquet_{lake_.store};
  Table following_{lake_.store, kRoot, lake_.clock, &parquet_};
  std::vector<Model> models_;
  std::vector<std::vector<Action>> commits_;
  std::set<int64_t> checkpoints_;
  // The oldest version that can be rebuilt.
  size_t first_ = 0;
};

TEST(LogHistory, SnapshotsAreWhatTheModelSaysAtEveryVersion) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed);
    for (int step = 0; step < 60; ++step) {
      history.Step();
      if (step % 4 == 0) history.CheckNewest();
      if (step % 20 == 19) history.Check();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace laguna::delta
