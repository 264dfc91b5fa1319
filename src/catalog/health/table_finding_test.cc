// SPDX-License-Identifier: Apache-2.0
#include "catalog/health/table_finding.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace laguna::catalog {
namespace {

// A table with nothing to say about.
TableFacts Healthy() {
  TableFacts facts;
  facts.files.files = 40;
  facts.files.bytes = uint64_t{40} << 28;
  facts.files.target_bytes = uint64_t{1} << 28;
  facts.files.largest_bytes = uint64_t{1} << 28;
  facts.files.partitions = 1;
  facts.files.first_column = "id";
  facts.log.version = 55;
  facts.log.checkpoint_interval = 10;
  facts.log.checkpoint_version = 50;
  facts.log.commits_since_checkpoint = 5;
  return facts;
}

TEST(TableFinding, AHealthyTableHasNone) {
  EXPECT_TRUE(FindingsOf(Healthy(), "bronze.t").empty());
}

struct Case {
  const char* finding;
  void (*ill)(TableFacts& facts);
  const char* sentence;
  const char* statement;
  bool routine;
};

const Case kCases[] = {
    {"lost_files",
     [](TableFacts& facts) {
       facts.lost = {2, "p=1/part-0.parquet"};
     },
     "2 of the 40 data files the table names are not there or cut short, such as "
     "p=1/part-0.parquet.",
     "", false},
    {"no_checkpoint", [](TableFacts& facts) { facts.log.commits_since_checkpoint = 20; },
     "The log has 20 commits since the checkpoint at version 50, which whoever opens the table "
     "reads one by one.",
     "CHECKPOINT TABLE bronze.t", true},
    {"no_checkpoint",
     [](TableFacts& facts) {
       facts.log.checkpoint_interval = 0;
       facts.log.checkpoint_version.reset();
       facts.log.commits_since_checkpoint = 100;
     },
     "The log has 100 commits and no checkpoint, which whoever opens the table reads one by one.",
     "CHECKPOINT TABLE bronze.t", true},
    {"no_checkpoint", [](TableFacts& facts) { facts.log.torn_checkpoint = "part 2 is missing"; },
     "The log has 5 commits since the checkpoint at version 50, which whoever opens the table "
     "reads one by one. A newer one cannot be used: part 2 is missing.",
     "CHECKPOINT TABLE bronze.t", true},
    {"long_log", [](TableFacts& facts) { facts.log.expired_files = 50; },
     "50 files of the log are older than the table keeps it (delta.logRetentionDuration) and not "
     "needed.",
     "CHECKPOINT TABLE bronze.t", true},
    {"deleted_rows",
     [](TableFacts& facts) {
       facts.files.files_with_vector = 3;
       facts.files.worn_files = 1;
       facts.files.deleted_rows = 1200;
     },
     "3 files have deletion vectors; every query reads the 1,200 rows they delete and leaves them "
     "out.",
     "REORG TABLE bronze.t APPLY (PURGE)", true},
    {"no_statistics", [](TableFacts& facts) { facts.files.files_without_statistics = 4; },
     "4 of 40 files have no statistics, so every query reads them.", "OPTIMIZE bronze.t", true},
    {"small_files",
     [](TableFacts& facts) {
       facts.files.small_files = 12;
       facts.files.small_files_needed = 2;
     },
     "12 files are small; their rows fit in 2 of 256.0 MiB.", "OPTIMIZE bronze.t", true},
    {"unneeded_files",
     [](TableFacts& facts) {
       facts.unneeded = {10, 2048};
     },
     "10 files (2.0 KiB) belong to versions older than the table keeps "
     "(delta.deletedFileRetentionDuration), or to none.",
     "VACUUM bronze.t", true},
    {"stale_statistics",
     [](TableFacts& facts) {
       facts.files.gaps = {{"a", 3}, {"Total price", 11}};
     },
     "11 files have no statistics of column Total price (and of 1 column more), so a filter on it "
     "reads them all.",
     "OPTIMIZE bronze.t ZORDER BY (\"Total price\")", false},
    {"large_files",
     [](TableFacts& facts) {
       facts.files.large_files = 2;
       facts.files.largest_bytes = uint64_t{5} << 30;
     },
     "2 files are far larger than 256.0 MiB, one of 5.0 GiB: filters leave little of them out.",
     "OPTIMIZE bronze.t ZORDER BY (id)", false},
    {"large_files",
     [](TableFacts& facts) {
       facts.files.files = 11;
       facts.files.bytes = uint64_t{6} << 30;
       facts.files.large_files = 1;
       facts.files.largest_bytes = uint64_t{5} << 30;
     },
     "1 file is far larger than 256.0 MiB, one of 5.0 GiB: filters leave little of them out.",
     "OPTIMIZE bronze.t ZORDER BY (id)", false},
    {"skewed_files",
     [](TableFacts& facts) {
       facts.files.files = 9;
       facts.files.bytes = (uint64_t{1} << 28) + (uint64_t{8} << 20);
       facts.files.small_files = 8;
       facts.files.small_files_needed = 1;
     },
     "The largest of 9 files has 256.0 MiB, the others 1.0 MiB on average: what reads them side by "
     "side waits for it.",
     "OPTIMIZE bronze.t", true},
    {"skewed_partitions",
     [](TableFacts& facts) {
       facts.files.partitions = 4;
       facts.files.largest_partition = "country=CO";
       facts.files.largest_partition_bytes = facts.files.bytes / 2 + 1;
     },
     "One of 4 partitions, country=CO, holds 5.0 GiB of 10.0 GiB: the partitions leave little out "
     "of its queries.",
     "ALTER TABLE bronze.t RESET PARTITIONED BY", false},
    {"many_partitions",
     [](TableFacts& facts) {
       facts.files.partitions = 300;
       facts.files.bytes = 300 << 10;
       facts.files.largest_bytes = 1 << 10;
       facts.files.coarser_partitioning = {"country", "Sales order"};
     },
     "300 partitions hold 1.0 KiB each on average: more files than the rows need.",
     "ALTER TABLE bronze.t SET PARTITIONED BY (country, \"Sales order\")", false},
    {"many_partitions",
     [](TableFacts& facts) {
       facts.files.partitions = 5000;
       facts.files.bytes = 5000 << 10;
     },
     "5,000 partitions hold 1.0 KiB each on average: more files than the rows need.",
     "ALTER TABLE bronze.t RESET PARTITIONED BY", false},
};

TEST(TableFinding, EachSaysWhatMendsIt) {
  for (const Case& test : kCases) {
    TableFacts facts = Healthy();
    test.ill(facts);
    const auto findings = FindingsOf(facts, "bronze.t");
    ASSERT_EQ(findings.size(), 1U) << test.finding;
    EXPECT_EQ(findings[0].name, test.finding);
    EXPECT_EQ(findings[0].sentence, test.sentence);
    EXPECT_EQ(findings[0].statement, test.statement);
    EXPECT_EQ(findings[0].routine, test.routine) << test.finding;
    EXPECT_TRUE(!findings[0].statement.empty() || !findings[0].advice.empty()) << test.finding;
  }
}

TEST(TableFinding, ATableThatIsNamedByItsFolderIsPartitionedByAFunction) {
  TableFacts facts = Healthy();
  facts.files.partitions = 300;
  facts.files.bytes = 300 << 10;
  facts.files.largest_bytes = 1 << 10;
  facts.files.coarser_partitioning = {"day's"};
  EXPECT_EQ(FindingsOf(facts, "'/data/t'").at(0).statement,
            "FROM laguna_partition_table(path => '/data/t', columns => ['day''s'])");
}

TEST(TableFinding, RoutineNamesAreThoseOfRoutineFindings) {
  for (const Case& test : kCases) {
    const auto names = RoutineFindings();
    EXPECT_EQ(std::ranges::count(names, std::string_view(test.finding)), test.routine ? 1 : 0)
        << test.finding;
  }
}

TEST(TableFinding, ATableThatIsNotWrittenHereIsLeftToOthers) {
  TableFacts facts = Healthy();
  facts.not_writable = "It uses clustering.";
  facts.unneeded = {10, 2048};
  const auto findings = FindingsOf(facts, "bronze.t");
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_FALSE(findings[0].routine);
  EXPECT_EQ(findings[0].statement, "VACUUM bronze.t");
  EXPECT_EQ(findings[1].name, "not_writable");
  EXPECT_EQ(findings[1].sentence, "It uses clustering.");
}

}  // namespace
}  // namespace laguna::catalog
