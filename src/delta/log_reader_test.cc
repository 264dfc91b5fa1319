// SPDX-License-Identifier: Apache-2.0
// Tables opened by their checkpoints, of every shape, whatever _last_checkpoint says and whatever
// became of the files.
#include "delta/log_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "delta/checksum.h"
#include "delta/last_checkpoint.h"
#include "delta/parquet_for_test.h"
#include "delta/table_for_test.h"
#include "io/store/fault.h"

namespace laguna::delta {
namespace {

using PathList = std::vector<std::string>;

constexpr char kRoot[] = "bronze/t";
constexpr char kUuid[] = "3a0d65cd-4056-49b8-937b-95f9e3ee90e5";

std::string CodeOf(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

std::string Name(int64_t version, const std::string& rest) {
  return fmt::format("{}{:020}.{}", LogFolder(kRoot), version, rest);
}

// The state as a checkpoint holds it.
std::vector<Action> ActionsOf(const Snapshot& snapshot) {
  std::vector<Action> actions{snapshot.protocol(), snapshot.metadata()};
  for (const auto& [id, transaction] : snapshot.state().transactions) {
    actions.emplace_back(transaction);
  }
  for (const auto& [name, domain] : snapshot.state().domains) actions.emplace_back(domain);
  for (size_t i = 0; i < snapshot.files().size(); ++i) {
    actions.emplace_back(snapshot.files().at(i).ToAddFile());
  }
  return actions;
}

bool IsFile(const Action& action) {
  return std::holds_alternative<AddFile>(action);
}

// A table with six versions: 0 creates it, 1 to 5 add a file "f<version>" each.
struct CheckpointLake : TestLake {
  FakeParquet parquet{store};

  CheckpointLake() {
    Create();
    for (int64_t version = 1; version <= 5; ++version) {
      PutCommit(version,
                {CommitInfo{}, FileNamed("f" + std::to_string(version)),
                 SetTransaction{"app", version, {}},
                 DomainMetadata{"domain", "{\"v\":" + std::to_string(version) + "}", false}});
    }
  }

  // Asks the commits, which must all be there.
  std::vector<Action> StateAt(int64_t version) {
    return ActionsOf(*Table(store, kRoot, clock).AtVersion(version));
  }
  void PutClassic(int64_t version) { parquet.Put(CheckpointKey(kRoot, version), StateAt(version)); }
  void PutParts(int64_t version, size_t parts) {
    std::vector<std::vector<Action>> shares(parts);
    size_t next = 0;
    for (Action& action : StateAt(version)) shares[next++ % parts].push_back(std::move(action));
    for (size_t i = 0; i < parts; ++i) {
      parquet.Put(Name(version, fmt::format("checkpoint.{:010}.{:010}.parquet", i + 1, parts)),
                  shares[i]);
    }
  }
  // Half of the files in each of two sidecars.
  void PutV2(int64_t version, bool is_json) {
    std::vector<Action> top{CheckpointMetadata{version, {}}};
    std::vector<std::vector<Action>> shares(2);
    for (Action& action : StateAt(version)) {
      std::vector<Action>& into = IsFile(action) ? shares[shares[0].size() % 2] : top;
      into.push_back(std::move(action));
    }
    for (size_t i = 0; i < shares.size(); ++i) {
      std::string name = fmt::format("{}-{}.parquet", version, i);
      parquet.Put(LogFolder(kRoot) + "_sidecars/" + name, shares[i]);
      top.emplace_back(Sidecar{name, 1, 1, {}});
    }
    std::string key = Name(version, fmt::format("checkpoint.{}.", kUuid));
    if (is_json) {
      store.Put(key + "json", WriteCommit(top));
    } else {
      parquet.Put(key + "parquet", top);
    }
  }
  // By Spark's rule: what the commits lead to, one action for each thing.
  void PutCompacted(int64_t first, int64_t last) {
    std::vector<Action> actions;
    for (int64_t version = first; version <= last; ++version) {
      actions.emplace_back(FileNamed("f" + std::to_string(version)));
    }
    actions.emplace_back(SetTransaction{"app", last, {}});
    actions.emplace_back(DomainMetadata{"domain", "{\"v\":" + std::to_string(last) + "}", false});
    store.Put(Name(first, fmt::format("{:020}.compacted.json", last)), WriteCommit(actions));
  }
  void Hint(const std::string& text) { store.Put(LastCheckpointKey(kRoot), text); }
  void Delete(const std::string& key) { store.DeleteMany(std::vector{key}); }
  void DeleteCommits(int64_t first, int64_t last) {
    for (int64_t version = first; version <= last; ++version) Delete(CommitKey(kRoot, version));
  }
  Table Open() { return Table(store, kRoot, clock, &parquet); }
};

void ExpectState(const Snapshot& snapshot, int64_t version, const std::string& what) {
  PathList paths;
  for (int64_t i = 1; i <= version; ++i) paths.push_back("f" + std::to_string(i));
  PathList found = Paths(snapshot.files());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(snapshot.version(), version) << what;
  EXPECT_EQ(found, paths) << what;
  EXPECT_EQ(snapshot.schema(), OneColumn()) << what;
  EXPECT_EQ(snapshot.TransactionVersion("app"), version) << what;
  EXPECT_EQ(snapshot.state().domains.at("domain").configuration,
            "{\"v\":" + std::to_string(version) + "}")
      << what;
  EXPECT_EQ(snapshot.files().total_bytes(), 10 * version) << what;
}

struct Shape {
  std::string what;
  void (*put)(CheckpointLake& lake, int64_t version);
};

const Shape kShapes[] = {
    {"classic", [](CheckpointLake& lake, int64_t version) { lake.PutClassic(version); }},
    {"one part", [](CheckpointLake& lake, int64_t version) { lake.PutParts(version, 1); }},
    {"three parts", [](CheckpointLake& lake, int64_t version) { lake.PutParts(version, 3); }},
    {"V2 in JSON", [](CheckpointLake& lake, int64_t version) { lake.PutV2(version, true); }},
    {"V2 in Parquet", [](CheckpointLake& lake, int64_t version) { lake.PutV2(version, false); }},
};

TEST(LogReader, ACheckpointOfEveryShapeIsTheState) {
  for (const Shape& shape : kShapes) {
    CheckpointLake lake;
    shape.put(lake, 3);
    lake.DeleteCommits(0, 3);
    Table table = lake.Open();
    ExpectState(*table.Latest(), 5, shape.what);
    ExpectState(*table.AtVersion(4), 4, shape.what);
    ExpectState(*table.AtVersion(3), 3, shape.what);
    lake.DeleteCommits(4, 5);
    ExpectState(*lake.Open().Latest(), 3, shape.what + ", alone");
  }
}

struct HintCase {
  std::string what;
  std::string hint;
};

TEST(LogReader, AHintNeverChangesTheAnswer) {
  const HintCase hints[] = {
      {"right", R"({"version":4,"size":7})"},
      {"stale", R"({"version":2,"size":5})"},
      {"of a checkpoint that is gone", R"({"version":3,"size":5})"},
      {"before every checkpoint", R"({"version":0,"size":2})"},
      {"ahead of the log", R"({"version":5,"size":9})"},
      {"far ahead of the log", R"({"version":900,"size":9})"},
      {"as far as it goes", R"({"version":9223372036854775807,"size":9})"},
      {"no number", R"({"version":"4","size":7})"},
      {"torn", R"({"version":4,"si)"},
      {"empty", ""},
      {"oversized", std::string(kLastCheckpointBytesMax + 1, ' ')},
      {"of the wrong number of parts", R"({"version":4,"size":7,"parts":5})"},
  };
  for (const HintCase& test : hints) {
    for (bool cleaned : {false, true}) {
      CheckpointLake lake;
      lake.PutClassic(2);
      lake.PutParts(4, 2);
      lake.Hint(test.hint);
      if (cleaned) lake.DeleteCommits(0, 2);
      ExpectState(*lake.Open().Latest(), 5, test.what);
      for (int64_t version = cleaned ? 2 : 1; version <= 5; ++version) {
        ExpectState(*lake.Open().AtVersion(version), version, test.what);
      }
      EXPECT_EQ(CodeOf([&] { (void)lake.Open().AtVersion(6); }), "delta.version") << test.what;
      EXPECT_EQ(CodeOf([&] { (void)lake.Open().AtVersion(INT64_MAX); }), "delta.version");
      EXPECT_EQ(CodeOf([&] { (void)lake.Open().AtVersion(INT64_MIN); }), "delta.version");
      EXPECT_EQ(CodeOf([&] { (void)lake.Open().AtVersion(0); }), cleaned ? "delta.version" : "")
          << test.what;
    }
  }
}

size_t CountOf(const io::FaultObjectStore& store, io::StoreOperation operation,
               const std::string& key_part = "") {
  std::vector<io::TracedOperation> trace = store.Trace();
  return static_cast<size_t>(
      std::count_if(trace.begin(), trace.end(), [&](const io::TracedOperation& done) {
        return done.operation == operation && done.key.find(key_part) != std::string::npos;
      }));
}

TEST(LogReader, AHintSparesTheListingOfALongLog) {
  TestLake lake;
  FakeParquet parquet(lake.store);
  lake.Create();
  SnapshotPtr made = lake.Append("a");
  constexpr int64_t kNewest = 12'000;
  for (int64_t version = 2; version <= kNewest; ++version) {
    lake.PutText(version, "{\"commitInfo\":{}}\n");
  }
  parquet.Put(CheckpointKey(kRoot, kNewest - 2), ActionsOf(*made));
  parquet.Put(CheckpointKey(kRoot, kNewest / 2), ActionsOf(*made));
  lake.store.Put(LastCheckpointKey(kRoot), WriteLastCheckpoint({kNewest - 2, 3, {}, {}, {}}));
  auto lists_of = [&](std::optional<int64_t> version) {
    io::FaultObjectStore traced(lake.store);
    EXPECT_EQ(LogReader(traced, kRoot, &parquet).Load(version, {})->version(),
              version.value_or(kNewest));
    EXPECT_LE(CountOf(traced, io::StoreOperation::kOpen, ".json"), 2U);
    return CountOf(traced, io::StoreOperation::kList);
  };
  EXPECT_EQ(lists_of({}), 1U);
  EXPECT_EQ(lists_of(kNewest - 1), 1U);
  EXPECT_EQ(lists_of(kNewest / 2 + 1), 1U) << "a version before the hint";
  lake.store.DeleteMany(std::vector{LastCheckpointKey(kRoot)});
  EXPECT_EQ(lists_of({}), 3U) << "5,000 names at a time";
}

struct BreakCase {
  std::string what;
  void (*spoil)(CheckpointLake& lake);
};

// Each spoils the newest checkpoint; an older one, or the commits, must do.
TEST(LogReader, WhatCannotBeReadIsDoneWithout) {
  const BreakCase breaks[] = {
      {"no Parquet",
       [](CheckpointLake& lake) { lake.store.Put(CheckpointKey(kRoot, 4), "PAR1 and then"); }},
      {"an empty file", [](CheckpointLake& lake) { lake.store.Put(CheckpointKey(kRoot, 4), ""); }},
      {"a broken part",
       [](CheckpointLake& lake) {
         lake.PutParts(4, 2);
         lake.store.Put(Name(4, "checkpoint.0000000002.0000000002.parquet"), "x");
         lake.Delete(CheckpointKey(kRoot, 4));
       }},
      {"a sidecar that is gone",
       [](CheckpointLake& lake) {
         lake.PutV2(4, true);
         lake.Delete(LogFolder(kRoot) + "_sidecars/4-1.parquet");
         lake.Delete(CheckpointKey(kRoot, 4));
       }},
      {"a torn top file",
       [](CheckpointLake& lake) {
         lake.store.Put(Name(4, fmt::format("checkpoint.{}.json", kUuid)),
                        R"({"checkpointMetadata":{"version":4}})"
                        "\n{\"protocol\":{\"minRead");
         lake.Delete(CheckpointKey(kRoot, 4));
       }},
  };
  for (const BreakCase& test : breaks) {
    for (bool older : {true, false}) {
      CheckpointLake lake;
      if (older) lake.PutClassic(2);
      lake.PutClassic(4);
      lake.Hint(R"({"version":4,"size":7})");
      test.spoil(lake);
      if (older) lake.DeleteCommits(0, 2);
      ExpectState(*lake.Open().Latest(), 5, test.what);
      ExpectState(*lake.Open().AtVersion(4), 4, test.what);
    }
  }
}

TEST(LogReader, ACheckpointThatNothingReplacesIsNamed) {
  CheckpointLake lake;
  lake.PutClassic(2);
  lake.PutClassic(4);
  lake.DeleteCommits(0, 3);
  lake.store.Put(CheckpointKey(kRoot, 4), "no Parquet");
  try {
    (void)lake.Open().Latest();
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
    EXPECT_NE(error.sentence().find("00000000000000000004.checkpoint.parquet"), std::string::npos)
        << error.sentence();
  }
  EXPECT_EQ(CodeOf([&] { (void)lake.Open().AtVersion(5); }), "delta.checkpoint");
}

TEST(LogReader, ASidecarThatIsGoneIsNamedWithItsCheckpoint) {
  CheckpointLake lake;
  lake.PutV2(3, true);
  lake.DeleteCommits(0, 2);
  lake.Delete(LogFolder(kRoot) + "_sidecars/3-1.parquet");
  try {
    (void)lake.Open().Latest();
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound);
    for (const char* part : {"00000000000000000003.checkpoint.", "_sidecars/3-1.parquet"}) {
      EXPECT_NE(error.sentence().find(part), std::string::npos) << error.sentence();
    }
    EXPECT_NE(error.hint().find("backup"), std::string::npos);
  }
}

TEST(LogReader, AFailingStoreIsNoBrokenCheckpoint) {
  CheckpointLake lake;
  lake.PutClassic(4);
  io::FaultObjectStore away(lake.store,
                            io::ParseFaultPlan("open:checkpoint:before:error=Unavailable:1"));
  FakeParquet parquet(away);
  parquet.Put(CheckpointKey(kRoot, 4), {});
  EXPECT_THROW((void)LogReader(away, kRoot, &parquet).Load({}, {}), base::Error);
}

// What can be read and lies is damage of another kind than a torn file.
TEST(LogReader, ACheckpointWithoutProtocolIsRefusedWhateverTheCommitsSay) {
  for (size_t missing : {0U, 1U}) {
    CheckpointLake lake;
    std::vector<Action> actions = lake.StateAt(4);
    actions.erase(actions.begin() + static_cast<std::ptrdiff_t>(missing));
    lake.parquet.Put(CheckpointKey(kRoot, 4), actions);
    EXPECT_EQ(CodeOf([&] { (void)lake.Open().Latest(); }),
              missing == 0 ? "delta.no_protocol" : "delta.no_metadata");
    lake.PutCommit(6, {Protocol{}, SimpleMetadata()});
    EXPECT_EQ(lake.Open().Latest()->version(), 6) << "a later commit brings them";
  }
}

TEST(LogReader, CompactedCommitsAreReadInTheirPlace) {
  CheckpointLake lake;
  lake.PutCompacted(2, 4);
  io::FaultObjectStore traced(lake.store);
  ExpectState(*LogReader(traced, kRoot).Load({}, {}), 5, "whole");
  EXPECT_EQ(CountOf(traced, io::StoreOperation::kOpen, ".compacted.json"), 1U);
  EXPECT_EQ(CountOf(traced, io::StoreOperation::kOpen, CommitName(3)), 0U);
  ExpectState(*lake.Open().AtVersion(3), 3, "a version within");
  ExpectState(*lake.Open().AtVersion(4), 4, "its last version");
  lake.PutClassic(3);
  ExpectState(*lake.Open().Latest(), 5, "it begins before the checkpoint");
}

TEST(LogReader, ATornCompactedFileIsDoneWithout) {
  for (const char* text : {"{\"add\":{\"path\":\"wrong\"", "\n{\"add\":7}\n", "x"}) {
    CheckpointLake lake;
    lake.store.Put(Name(2, fmt::format("{:020}.compacted.json", 4)),
                   WriteCommit(std::vector<Action>{FileNamed("wrong")}) + text);
    ExpectState(*lake.Open().Latest(), 5, text);
  }
}

TEST(LogReader, WithoutAPortCommitsDoOrTheTableIsRefused) {
  CheckpointLake lake;
  lake.PutClassic(2);
  lake.Hint(R"({"version":2,"size":5})");
  ExpectState(*Table(lake.store, kRoot, lake.clock).Latest(), 5, "all commits");
  EXPECT_TRUE(lake.parquet.reads().empty());
  lake.DeleteCommits(0, 1);
  Table table(lake.store, kRoot, lake.clock);
  EXPECT_EQ(CodeOf([&] { (void)table.Latest(); }), "delta.checkpoint_read");
  lake.Delete(CommitKey(kRoot, 3));
  EXPECT_EQ(CodeOf([&] { (void)table.Latest(); }), "delta.log_gap");
}

// --- Times ---

CommitInfo InfoAt(int64_t at_ms) {
  CommitInfo info;
  info.in_commit_timestamp_ms = at_ms;
  return info;
}

struct TimedLake : TestLake {
  FakeParquet parquet{store};
  TimedLake() {
    Metadata metadata = SimpleMetadata();
    metadata.configuration["delta.enableInCommitTimestamps"] = "true";
    PutCommit(0, {InfoAt(1000), Protocol{1, 7, {}, {"inCommitTimestamp"}}, metadata});
    for (int64_t version = 1; version <= 4; ++version) {
      PutCommit(version, {InfoAt(1000 + 1000 * version), FileNamed("f" + std::to_string(version))});
    }
  }
  Table Open() { return Table(store, kRoot, clock, &parquet); }
};

TEST(LogReader, ACheckpointedVersionHasTheTimeOfItsCommit) {
  TimedLake lake;
  Table plain(lake.store, kRoot, lake.clock);
  SnapshotPtr third = plain.AtVersion(3);
  lake.parquet.Put(CheckpointKey(kRoot, 3), ActionsOf(*third));
  EXPECT_EQ(lake.Open().AtVersion(3)->timestamp_ms(), 4000) << "by the commit";
  EXPECT_EQ(lake.Open().Latest()->timestamp_ms(), 5000);

  lake.store.Put(ChecksumKey(kRoot, 3), WriteChecksum(ChecksumOf(*third)));
  lake.store.DeleteMany(std::vector{CommitKey(kRoot, 0), CommitKey(kRoot, 1), CommitKey(kRoot, 2),
                                    CommitKey(kRoot, 3)});
  EXPECT_EQ(lake.Open().AtVersion(3)->timestamp_ms(), 4000) << "by the checksum";

  Checksum lie = ChecksumOf(*third);
  lie.file_count = 17;
  lie.in_commit_timestamp_ms = 7;
  lake.store.Put(ChecksumKey(kRoot, 3), WriteChecksum(lie));
  EXPECT_GT(lake.Open().AtVersion(3)->timestamp_ms(), 1'000'000) << "by the file";
  lake.store.Put(ChecksumKey(kRoot, 3), "{torn");
  EXPECT_GT(lake.Open().AtVersion(3)->timestamp_ms(), 1'000'000);
}

TEST(LogReader, ACompactedVersionHasTheTimeOfItsCommit) {
  TimedLake lake;
  lake.store.Put(Name(1, fmt::format("{:020}.compacted.json", 4)),
                 WriteCommit(std::vector<Action>{InfoAt(7), FileNamed("f1"), FileNamed("f2"),
                                                 FileNamed("f3"), FileNamed("f4")}));
  EXPECT_EQ(lake.Open().Latest()->timestamp_ms(), 5000);
}

TEST(LogReader, FileTimesGoOnBehindACheckpoint) {
  CheckpointLake lake;
  std::vector<int64_t> times;
  for (int64_t version = 0; version <= 5; ++version) {
    times.push_back(lake.table.AtVersion(version)->timestamp_ms());
  }
  lake.PutClassic(3);
  EXPECT_EQ(lake.Open().AtVersion(3)->timestamp_ms(), times[3]);
  EXPECT_EQ(lake.Open().Latest()->timestamp_ms(), times[5]);
  lake.DeleteCommits(0, 2);
  EXPECT_EQ(lake.Open().AtVersion(3)->timestamp_ms(), times[3]);
  EXPECT_EQ(lake.Open().Latest()->timestamp_ms(), times[5]);
}

TEST(LogReader, TimeTravelOnACleanedUpLog) {
  CheckpointLake lake;
  std::vector<int64_t> times;
  for (int64_t version = 0; version <= 5; ++version) {
    times.push_back(lake.table.AtVersion(version)->timestamp_ms());
  }
  lake.PutClassic(3);
  lake.DeleteCommits(0, 1);
  Table table = lake.Open();
  EXPECT_EQ(table.AtTimestamp(times[5] + 1)->version(), 5);
  EXPECT_EQ(table.AtTimestamp(times[4])->version(), 4);
  EXPECT_EQ(table.AtTimestamp(times[3])->version(), 3);
  EXPECT_EQ(CodeOf([&] { (void)table.AtTimestamp(times[2]); }), "delta.timestamp")
      << "its commit is there, what came before is not";
  std::vector<HistoryEntry> history = table.History();
  ASSERT_EQ(history.size(), 4U);
  EXPECT_EQ(history.front().version, 5);
  EXPECT_EQ(history.back().version, 2);
  EXPECT_EQ(history.back().timestamp_ms, times[2]);
}

TEST(LogReader, TheMomentSaysWhichKindOfTimeIsMeant) {
  TestLake lake;
  lake.Create();
  // The clock of the commits before they told their own time was fast.
  lake.clock.Set(2'000'000'000'000);
  for (int64_t version = 1; version <= 3; ++version) lake.PutCommit(version, {CommitInfo{}});
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableInCommitTimestamps"] = "true";
  metadata.configuration["delta.inCommitTimestampEnablementVersion"] = "4";
  metadata.configuration["delta.inCommitTimestampEnablementTimestamp"] = "1900000000000";
  lake.PutCommit(4,
                 {InfoAt(1'900'000'000'000), Protocol{1, 7, {}, {"inCommitTimestamp"}}, metadata});
  lake.PutCommit(5, {InfoAt(1'900'000'001'000), FileNamed("b")});
  EXPECT_EQ(lake.table.AtTimestamp(1'900'000'000'999)->version(), 4);
  EXPECT_EQ(lake.table.AtTimestamp(1'900'000'001'000)->version(), 5);
  EXPECT_EQ(lake.table.AtTimestamp(2'100'000'000'000)->version(), 5);
  EXPECT_EQ(lake.table.AtTimestamp(1'899'999'999'999)->version(), 0);
}

// --- Logs that change under the reader's hands ---

// Another process writes a checkpoint and cleans the log up while the first one is read.
class RacingParquet final : public ParquetPort {
 public:
  explicit RacingParquet(CheckpointLake& lake) : lake_(lake) {}
  void Read(const ParquetRead& what, const std::function<void(const PortBatch&)>& consume,
            const io::Call& call) override {
    if (!raced_) {
      raced_ = true;
      lake_.PutClassic(5);
      lake_.DeleteCommits(0, 4);
      lake_.Delete(CheckpointKey(kRoot, 2));
    }
    lake_.parquet.Read(what, consume, call);
  }
  uint64_t Write(const std::string& location, std::span<const PortColumn> columns,
                 const std::function<bool(PortBatch&)>& produce, const io::Call& call) override {
    return lake_.parquet.Write(location, columns, produce, call);
  }

 private:
  CheckpointLake& lake_;
  bool raced_ = false;
};

TEST(LogReader, ALogThatIsCleanedUpMeanwhileIsReadAgain) {
  CheckpointLake lake;
  lake.PutClassic(2);
  lake.Hint(R"({"version":2,"size":5})");
  RacingParquet racing(lake);
  ExpectState(*Table(lake.store, kRoot, lake.clock, &racing).Latest(), 5, "cleaned up meanwhile");
}

// --- Refresh ---

TEST(LogReader, ASnapshotFromACheckpointIsRefreshed) {
  CheckpointLake lake;
  lake.PutClassic(5);
  io::FaultObjectStore traced(lake.store);
  Table table(traced, kRoot, lake.clock, &lake.parquet);
  for (bool cleaned : {false, true}) {
    if (cleaned) lake.DeleteCommits(0, 5);
    SnapshotPtr first = table.Latest();
    size_t before = traced.Trace().size();
    EXPECT_EQ(table.Latest(), first);
    EXPECT_LE(traced.Trace().size() - before, 2U) << "two looks";
  }
  size_t lists = CountOf(traced, io::StoreOperation::kList);
  lake.PutCommit(6, {FileNamed("f6"), SetTransaction{"app", 6, {}},
                     DomainMetadata{"domain", "{\"v\":6}", false}});
  ExpectState(*table.Latest(), 6, "one more commit");
  EXPECT_EQ(CountOf(traced, io::StoreOperation::kList), lists);
  SnapshotPtr sixth = table.Latest();
  EXPECT_TRUE(sixth->state().log_tail_key.empty());
}

TEST(LogReader, ACommitGoesOnTopOfACheckpointAlone) {
  CheckpointLake lake;
  lake.PutClassic(5);
  lake.DeleteCommits(0, 5);
  Table table = lake.Open();
  Transaction transaction(table, table.Latest(), lake.clock, lake.random);
  transaction.Append(FileNamed("new"));
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  EXPECT_EQ(lake.Open().Latest()->version(), 6);
  EXPECT_EQ(lake.Open().Latest()->files().size(), 6U);
}

TEST(LogReader, AReplacedCheckpointIsNoticed) {
  CheckpointLake lake;
  lake.PutClassic(5);
  lake.DeleteCommits(0, 5);
  Table table = lake.Open();
  EXPECT_EQ(table.Latest()->files().size(), 5U);
  lake.parquet.Put(CheckpointKey(kRoot, 5), {Protocol{}, SimpleMetadata(), FileNamed("other")});
  EXPECT_EQ(Paths(table.Latest()->files()), (PathList{"other"}));
}

}  // namespace
}  // namespace laguna::delta
