// SPDX-License-Identifier: Apache-2.0
#include "delta/vacuum.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/last_vacuum.h"
#include "delta/log_upkeep.h"
#include "delta/parquet_for_test.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 24 * kHourMs;

// A table whose data files are really there.
struct VacuumLake : TestLake {
  FakeParquet parquet{store};
  Table vacuumed{store, "bronze/t", clock, &parquet};

  void Wait(int64_t ms) { clock.SleepFor(std::chrono::milliseconds(ms)); }
  void Put(const std::string& path) { store.Put("bronze/t/" + path, "rows"); }
  void Insert(const std::string& path) {
    Put(path);
    Append(path);
  }
  void Delete(const std::string& path) {
    Transaction transaction(table, table.Latest(), clock, random);
    RemoveFile removal;
    removal.path = path;
    transaction.Remove(removal);
    ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  }
  std::vector<std::string> Files() {
    std::vector<std::string> files;
    for (const io::ObjectInfo& object : io::ListAll(store, "bronze/t/")) {
      const std::string path = object.key.substr(std::string("bronze/t/").size());
      if (!path.starts_with("_delta_log/")) files.push_back(path);
    }
    return files;
  }
  std::vector<std::string> Planned(const VacuumOptions& options = {}) {
    std::vector<std::string> paths;
    const VacuumPlan plan = PlanVacuum(vacuumed, *vacuumed.Latest(), options, clock.NowMs());
    for (const VacuumedFile& file : plan.files) paths.push_back(file.path);
    return paths;
  }
  VacuumReport Run(const VacuumOptions& options = {}) {
    return Vacuum(vacuumed, options, clock, random);
  }
};

using Names = std::vector<std::string>;

VacuumOptions Retaining(int64_t ms, bool lite = false) {
  VacuumOptions options;
  options.lite = lite;
  options.retention_ms = ms;
  options.check_retention = false;
  return options;
}

TEST(Vacuum, DeletesWhatNoKeptVersionNames) {
  VacuumLake lake;
  lake.Create();
  lake.Insert("old");
  lake.Insert("live");
  lake.Put("leftover");
  lake.Delete("old");
  lake.Wait(8 * kDayMs);
  lake.Insert("replaced");
  lake.Put("in_flight");
  lake.Delete("replaced");
  EXPECT_EQ(lake.Planned(), (Names{"leftover", "old"}));
  const VacuumReport report = lake.Run();
  EXPECT_EQ(report.files, 2u);
  EXPECT_EQ(report.size_bytes, 8);
  EXPECT_EQ(lake.Files(), (Names{"in_flight", "live", "replaced"}));
}

TEST(Vacuum, KeepsWhatWasRemovedWithinTheRetentionHoweverOldItIs) {
  VacuumLake lake;
  lake.Create();
  lake.Insert("a");
  lake.Wait(30 * kDayMs);
  lake.Delete("a");
  EXPECT_EQ(lake.Planned(), Names{});
  lake.Wait(6 * kDayMs);
  EXPECT_EQ(lake.Planned(), Names{});
  lake.Wait(2 * kDayMs);
  EXPECT_EQ(lake.Planned(), Names{"a"});
}

TEST(Vacuum, KeepsWhatOnlyACheckpointStillTellsAsRemoved) {
  VacuumLake lake;
  lake.Create();
  lake.Insert("a");
  lake.Wait(30 * kDayMs);
  lake.Delete("a");
  KeepUpLog(lake.vacuumed, lake.vacuumed.Latest(), lake.clock, lake.random);
  const int64_t last = lake.vacuumed.Latest()->version();
  std::vector<std::string> commits;
  for (int64_t version = 0; version <= last; ++version) {
    commits.push_back(CommitKey("bronze/t", version));
  }
  lake.store.DeleteMany(commits);
  Table fresh(lake.store, "bronze/t", lake.clock, &lake.parquet);
  EXPECT_TRUE(PlanVacuum(fresh, *fresh.Latest(), {}, lake.clock.NowMs()).files.empty());
  lake.Wait(8 * kDayMs);
  EXPECT_EQ(PlanVacuum(fresh, *fresh.Latest(), {}, lake.clock.NowMs()).files.size(), 1u);
}

TEST(Vacuum, RefusesToKeepLessThanTheTable) {
  VacuumLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.deletedFileRetentionDuration"] = "interval 24 hours";
  lake.Create(metadata);
  VacuumOptions options;
  options.retention_ms = 23 * kHourMs;
  try {
    lake.Run(options);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "vacuum.retention");
    EXPECT_NE(error.sentence().find("RETAIN 23 HOURS is shorter than the 24 hours"),
              std::string::npos);
  }
  options.retention_ms = 24 * kHourMs;
  lake.Run(options);
  options.retention_ms = 0;
  options.check_retention = false;
  lake.Run(options);
}

TEST(Vacuum, SaysInTheLogWhenItBeginsAndEnds) {
  VacuumLake lake;
  lake.Create();
  lake.Put("leftover");
  lake.Wait(8 * kDayMs);
  const VacuumReport report = lake.Run();
  const auto history = lake.table.History();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(report.snapshot->version(), 2);
  EXPECT_EQ(history[1].commit.operation, "VACUUM START");
  EXPECT_EQ(
      history[1].commit.operation_parameters,
      (Properties{{"retentionCheckEnabled", "true"}, {"defaultRetentionMillis", "604800000"}}));
  EXPECT_EQ(history[1].commit.operation_metrics,
            (Properties{{"numFilesToDelete", "1"}, {"sizeOfDataToDelete", "4"}}));
  EXPECT_EQ(history[0].commit.operation, "VACUUM END");
  EXPECT_EQ(history[0].commit.operation_parameters, (Properties{{"status", "\"COMPLETED\""}}));
  EXPECT_EQ(history[0].commit.operation_metrics.at("numDeletedFiles"), "1");
}

TEST(Vacuum, LeavesHiddenFilesAndOtherTablesAlone) {
  VacuumLake lake;
  lake.Create();
  for (const char* path : {"_hidden/a", ".b", "sub/_delta_log/00000000000000000000.json",
                           "sub/data", "sub2/data", "Above/data"}) {
    lake.Put(path);
  }
  lake.Wait(8 * kDayMs);
  EXPECT_EQ(lake.Planned(), (Names{"Above/data", "sub2/data"}));
}

TEST(Vacuum, LeavesFilesAloneThatOthersReferTo) {
  VacuumLake lake;
  lake.Create();
  lake.Put("cloned");
  lake.Put("leftover");
  lake.Wait(8 * kDayMs);
  VacuumOptions options;
  options.note_references = [](NamedFiles& named) { named.Note("cloned"); };
  EXPECT_EQ(lake.Run(options).files, 1u);
  EXPECT_EQ(lake.Files(), Names{"cloned"});
}

TEST(Vacuum, LeavesAloneWhatIsCommittedWhileItRuns) {
  VacuumLake lake;
  lake.Create();
  lake.Put("late");
  lake.Put("leftover");
  lake.Wait(kHourMs);
  VacuumOptions options = Retaining(0);
  bool first = true;
  // Called behind the listing, before the log says that it begins.
  options.note_references = [&](NamedFiles&) {
    if (std::exchange(first, false)) lake.Append("late");
  };
  EXPECT_EQ(lake.Run(options).files, 1u);
  EXPECT_EQ(lake.Files(), Names{"late"});
}

TEST(Vacuum, AWriterThatIsTooSlowLoses) {
  struct Case {
    int64_t retention_ms;
    bool is_lost;
  };
  for (const Case& test : {Case{0, true}, Case{2 * kHourMs, false}}) {
    VacuumLake lake;
    lake.Create();
    Transaction slow(lake.table, lake.table.Latest(), lake.clock, lake.random);
    lake.Put("slow");
    slow.Append(FileNamed("slow"));
    lake.Wait(kHourMs);
    lake.Run(Retaining(test.retention_ms));
    const CommitOutcome outcome = slow.Commit();
    EXPECT_EQ(std::holds_alternative<Lost>(outcome), test.is_lost);
    if (!test.is_lost) continue;
    EXPECT_EQ(std::get<Lost>(outcome).winner.operation, "VACUUM START");
    EXPECT_NE(std::get<Lost>(outcome).reason.find("slow"), std::string::npos);
  }
}

TEST(Vacuum, LiteAsksTheLogAlone) {
  VacuumLake lake;
  lake.Create();
  lake.Insert("a");
  lake.Insert("b");
  lake.Put("leftover");
  lake.Delete("a");
  lake.Wait(kHourMs);
  EXPECT_EQ(lake.Planned(Retaining(0, true)), Names{"a"});
  EXPECT_EQ(lake.Run(Retaining(0, true)).files, 1u);
  EXPECT_EQ(lake.Files(), (Names{"b", "leftover"}));
  EXPECT_EQ(ReadLastVacuum(lake.store, "bronze/t"), 3);
  lake.Delete("b");
  lake.Wait(kHourMs);
  EXPECT_EQ(lake.Planned(Retaining(0, true)), Names{"b"});
}

TEST(Vacuum, LiteLeavesAloneWhatIsNamedAgain) {
  VacuumLake lake;
  lake.Create();
  lake.Insert("a");
  lake.Delete("a");
  lake.Append("a");
  lake.Wait(kHourMs);
  EXPECT_EQ(lake.Planned(Retaining(0, true)), Names{});
}

TEST(Vacuum, LiteNeedsTheLogSinceTheLastOne) {
  VacuumLake lake;
  lake.Create();
  for (int i = 0; i < 3; ++i) lake.Insert(std::to_string(i));
  lake.Wait(kHourMs);
  KeepUpLog(lake.vacuumed, lake.vacuumed.Latest(), lake.clock, lake.random);
  const std::string first[] = {CommitKey("bronze/t", 0), CommitKey("bronze/t", 1)};
  lake.store.DeleteMany(first);
  try {
    lake.Planned(Retaining(0, true));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "vacuum.lite");
  }
  lake.Run(Retaining(0));
  EXPECT_EQ(lake.Planned(Retaining(0, true)), Names{});
}

TEST(Vacuum, LiteDeletesNothingOutsideOfTheTable) {
  VacuumLake lake;
  lake.Create();
  for (const char* path : {"../other/a", "_delta_log/00000000000000000000.json", "/bronze/u/a"}) {
    RemoveFile removal;
    removal.path = path;
    removal.deletion_timestamp_ms = 1;
    lake.PutCommit(lake.table.Latest()->version() + 1, {removal});
  }
  lake.Wait(kHourMs);
  EXPECT_EQ(lake.Planned(Retaining(0, true)), Names{});
}

TEST(Vacuum, TellsOfAFailureInTheLog) {
  VacuumLake lake;
  lake.Create();
  lake.Put("leftover");
  lake.Wait(kHourMs);
  VacuumOptions options = Retaining(0);
  options.progress = [](size_t, size_t) {
    throw base::Error(base::ErrorKind::kCancelled, "test.stop", "Enough.");
  };
  EXPECT_THROW(lake.Run(options), base::Error);
  EXPECT_EQ(lake.table.History().front().commit.operation_parameters,
            (Properties{{"status", "\"FAILED\""}}));
}

}  // namespace
}  // namespace laguna::delta
