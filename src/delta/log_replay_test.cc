// SPDX-License-Identifier: Apache-2.0
#include "delta/log_replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/error.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

RemoveFile Removed(const std::string& path) {
  RemoveFile file;
  file.path = path;
  return file;
}

Snapshot Replay(const std::vector<std::vector<Action>>& commits) {
  LogReplay replay;
  int64_t version = 0;
  for (const auto& actions : commits) replay.Apply(version++, 0, "", actions);
  return Snapshot(replay.Finish("t"));
}

std::vector<Action> Genesis() {
  return {Protocol{}, SimpleMetadata()};
}

TEST(LogReplay, NewestActionWins) {
  AddFile again = FileNamed("a");
  again.size_bytes = 99;
  Metadata renamed = SimpleMetadata();
  renamed.name = "second";
  Snapshot snapshot = Replay({Genesis(),
                              {FileNamed("a"), FileNamed("b")},
                              {renamed, again, Removed("b")},
                              {SetTransaction{"app", 4, {}}, SetTransaction{"other", 1, {}}},
                              {SetTransaction{"app", 3, {}}}});
  EXPECT_EQ(snapshot.version(), 4);
  EXPECT_EQ(Paths(snapshot.files()), (std::vector<std::string>{"a"}));
  EXPECT_EQ(snapshot.files().at(0).size_bytes(), 99);
  EXPECT_EQ(snapshot.metadata().name, "second");
  EXPECT_EQ(snapshot.TransactionVersion("app"), 3) << "the latest seen, not the largest";
}

TEST(LogReplay, RemovedDomainsAreGone) {
  Snapshot snapshot = Replay({Genesis(),
                              {DomainMetadata{"x", "{}", false}, DomainMetadata{"y", "{}", false}},
                              {DomainMetadata{"x", "{}", true}}});
  EXPECT_EQ(snapshot.state().domains.size(), 1U);
  EXPECT_TRUE(snapshot.state().domains.contains("y"));
}

TEST(LogReplay, ALogNeedsProtocolAndMetadata) {
  EXPECT_THROW(Replay({{Protocol{}}}), base::Error);
  EXPECT_THROW(Replay({{SimpleMetadata()}}), base::Error);
}

TEST(LogReplay, TimesNeverGoBack) {
  LogReplay replay;
  replay.Apply(0, 100, "", Genesis());
  replay.Apply(1, 50, "", {});
  EXPECT_EQ(replay.Finish("t").timestamp_ms, 101);
}

TEST(LogReplay, InCommitTimestampsCountWhereTheTableHasThem) {
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableInCommitTimestamps"] = "true";
  CommitInfo info;
  info.in_commit_timestamp_ms = 777;
  EXPECT_EQ(Replay({{info, Protocol{}, metadata}}).timestamp_ms(), 777);
  EXPECT_EQ(Replay({{info, Protocol{}, SimpleMetadata()}}).timestamp_ms(), 0);
}

// One commit after another on a plain list.
void ApplyNaively(std::vector<AddFile>& files, const std::vector<Action>& actions) {
  for (const Action& action : actions) {
    const auto* add = std::get_if<AddFile>(&action);
    const auto* remove = std::get_if<RemoveFile>(&action);
    if (add == nullptr && remove == nullptr) continue;
    const std::string& path = add != nullptr ? add->path : remove->path;
    auto place = std::find_if(files.begin(), files.end(),
                              [&](const AddFile& file) { return file.path == path; });
    if (place != files.end()) files.erase(place);
    if (add != nullptr) files.push_back(*add);
  }
}

std::vector<Action> RandomCommit(std::mt19937& random) {
  std::vector<Action> actions;
  std::set<std::string> used;
  for (uint32_t i = 0; i < 1 + random() % 12; ++i) {
    std::string path = "f" + std::to_string(random() % 60);
    // A commit holds one action for a file at most.
    if (!used.insert(path).second) continue;
    if (random() % 3 == 0) {
      actions.emplace_back(Removed(path));
    } else {
      AddFile file = FileNamed(path);
      file.size_bytes = random() % 1000;
      actions.emplace_back(std::move(file));
    }
  }
  return actions;
}

bool SameFiles(const FileTable& table, const std::vector<AddFile>& files) {
  if (table.size() != files.size()) return false;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!(table.at(i).ToAddFile() == files[i])) return false;
  }
  return true;
}

// A random history, read by a fresh handle at every version and by one handle that follows it.
TEST(LogReplay, RandomHistoriesMatchANaiveModelAtEveryVersion) {
  for (uint32_t seed = 0; seed < 6; ++seed) {
    std::mt19937 random(seed);
    TestLake lake;
    lake.Create();
    std::vector<std::vector<AddFile>> model(1);
    for (int64_t version = 1; version <= 40; ++version) {
      std::vector<Action> actions = RandomCommit(random);
      lake.PutCommit(version, actions);
      model.push_back(model.back());
      ApplyNaively(model.back(), actions);
      // Sometimes several commits come at once.
      if (random() % 3 == 0) continue;
      ASSERT_TRUE(SameFiles(lake.table.Latest()->files(), model.back())) << seed << ":" << version;
    }
    Table fresh(lake.store, "bronze/t", lake.clock);
    for (int64_t version = 0; version <= 40; ++version) {
      SnapshotPtr snapshot = fresh.AtVersion(version);
      ASSERT_TRUE(SameFiles(snapshot->files(), model[static_cast<size_t>(version)]))
          << seed << ":" << version;
    }
  }
}

}  // namespace
}  // namespace laguna::delta
