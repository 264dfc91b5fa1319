// SPDX-License-Identifier: Apache-2.0
// OPTIMIZE beside other writers, who commit between what it wrote and its own commit.
#include "catalog/optimize/table_optimizer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "catalog/lake_for_test.h"
#include "duckdb/main/connection.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

class TableOptimizerTest : public testing::Test {
 protected:
  TableOptimizerTest() : second_(lake_.database()) {}

  void MakeTable(const std::string& properties) {
    lake_.Query("CREATE TABLE bronze.t (k INTEGER, v INTEGER) WITH (" + properties + ")");
    for (int file = 0; file < 4; ++file) {
      lake_.Query("INSERT INTO bronze.t SELECT range + 10 * " + std::to_string(file) +
                  ", 0 FROM range(10)");
    }
  }

  // `before_commit` gets the number of the attempt.
  OptimizeReport Optimize(std::function<void(int)> before_commit, OptimizeRequest request = {}) {
    duckdb::ClientContext& context = *lake_.session().connection().context;
    OptimizeReport report;
    try {
      context.RunFunctionInTransaction([&] {
        TableOptimizer optimizer(context, LakeCatalog::Get(context), "bronze/t", request);
        int attempt = 0;
        optimizer.OnBeforeCommit([&] { before_commit(attempt++); });
        report = optimizer.Run();
      });
    } catch (...) {
      throw engine::CurrentError();
    }
    return report;
  }

  void Other(const std::string& sql) { second_.Run(sql); }

  [[nodiscard]] std::string Files() {
    return lake_.Query("SELECT count(DISTINCT _file) FROM bronze.t");
  }
  // Data files in the folder, live or not.
  [[nodiscard]] size_t FilesInFolder() const {
    size_t files = 0;
    const auto folder = lake_.folder() / "lake" / "bronze" / "t";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files += entry.path().extension() == ".parquet" ? 1 : 0;
    }
    return files;
  }

  LakeForTest lake_;
  engine::Session second_;
};

constexpr const char* kVectors = "'delta.enableDeletionVectors' = 'true'";
constexpr const char* kNoVectors = "'delta.enableDeletionVectors' = 'false'";

TEST_F(TableOptimizerTest, AppendsOfOthersDoNotConcernIt) {
  MakeTable(kNoVectors);
  const OptimizeReport report = Optimize([&](int attempt) {
    if (attempt == 0) Other("INSERT INTO bronze.t VALUES (1000, 1)");
  });
  EXPECT_EQ(report.totals.removed.count(), 4U);
  EXPECT_EQ(report.commits, 1);
  EXPECT_EQ(Files(), "2");
  EXPECT_EQ(lake_.Query("SELECT count(*), max(k) FROM bronze.t"), "41|1000");
}

TEST_F(TableOptimizerTest, RowsThatOthersDeleteMeanwhileStayDeleted) {
  for (const char* properties : {kVectors, kNoVectors}) {
    MakeTable(properties);
    const OptimizeReport report = Optimize([&](int attempt) {
      if (attempt == 0) Other("DELETE FROM bronze.t WHERE k IN (5, 25)");
      if (attempt == 1) Other("UPDATE bronze.t SET v = 7 WHERE k = 11");
    });
    EXPECT_EQ(report.contended_files, 0) << properties;
    EXPECT_EQ(lake_.Query("SELECT count(*), sum(k), sum(v) FROM bronze.t"), "38|750|7")
        << properties;
    lake_.Query("DROP TABLE bronze.t");
  }
}

TEST_F(TableOptimizerTest, RowsThatOthersDeleteAreMarkedInTheNewFile) {
  struct Case {
    std::string what;
    std::string statement;
    std::string rows;
    // Of the new file; what it lost is written again where that is more than half.
    std::string marked;
  };
  const Case cases[] = {
      {"rows of files", "DELETE FROM bronze.t WHERE k IN (5, 25)", "38|750|0", "2"},
      {"a file", "DELETE FROM bronze.t WHERE k < 10", "30|735|0", "10"},
      {"rows that changed", "UPDATE bronze.t SET v = 1 WHERE k % 10 = 3", "40|780|4", "4"},
      {"more than half", "DELETE FROM bronze.t WHERE k < 25", "15|480|0", "NULL"},
      {"all", "DELETE FROM bronze.t", "0|NULL|NULL", ""},
  };
  for (const Case& test : cases) {
    MakeTable(kVectors);
    const OptimizeReport report = Optimize([&](int attempt) {
      if (attempt == 0) Other(test.statement);
    });
    EXPECT_EQ(report.contended_files, 0) << test.what;
    EXPECT_EQ(lake_.Query("SELECT count(*), sum(k), sum(v) FROM bronze.t"), test.rows) << test.what;
    const auto log = lake_.folder() / "lake" / "bronze" / "t" / "_delta_log" / "*.json";
    EXPECT_EQ(lake_.Query("SELECT add.deletionVector.cardinality FROM read_json('" + log.string() +
                          "', columns = {add: 'STRUCT(dataChange BOOLEAN, deletionVector "
                          "STRUCT(cardinality BIGINT))'}) WHERE NOT add.dataChange"),
              test.marked)
        << test.what;
    lake_.Query("DROP TABLE bronze.t");
  }
}

TEST_F(TableOptimizerTest, RowsThatComeBackMeanwhileAreThereOnce) {
  MakeTable(kVectors);
  lake_.Query("DELETE FROM bronze.t WHERE k IN (5, 25)");
  Optimize([&](int attempt) {
    if (attempt == 0) Other("RESTORE TABLE bronze.t TO VERSION AS OF 4");
  });
  EXPECT_EQ(lake_.Query("SELECT count(*), sum(k) FROM bronze.t"), "40|780");
}

TEST_F(TableOptimizerTest, BinsThatNobodyTouchedAreCommittedAtOnce) {
  lake_.Query(
      "CREATE TABLE bronze.t (k INTEGER, p INTEGER) PARTITIONED BY (p) WITH "
      "('delta.enableDeletionVectors' = 'true')");
  for (int file = 0; file < 3; ++file) lake_.Query("INSERT INTO bronze.t VALUES (1, 1), (2, 2)");
  int attempts = 0;
  const OptimizeReport report = Optimize([&](int attempt) {
    attempts = attempt + 1;
    Other("UPDATE bronze.t SET k = k + 1 WHERE p = 2");
  });
  EXPECT_EQ(report.commits, 1);
  EXPECT_EQ(lake_.Query("SELECT count(DISTINCT _file) FROM bronze.t WHERE p = 1"), "1");
  EXPECT_EQ(lake_.Query("SELECT count(*), min(k), max(k) FROM bronze.t WHERE p = 2"),
            "3|" + std::to_string(2 + attempts) + "|" + std::to_string(2 + attempts));
}

// Three partitions of three small files each.
constexpr const char* kCommits =
    "SELECT count(*) FROM laguna_history('bronze.t') WHERE operation = 'OPTIMIZE'";

class PartitionCommits : public TableOptimizerTest {
 protected:
  PartitionCommits() {
    lake_.Query("CREATE TABLE bronze.t (k INTEGER, p INTEGER) PARTITIONED BY (p)");
    for (int file = 0; file < 3; ++file) {
      lake_.Query("INSERT INTO bronze.t SELECT range, range % 3 FROM range(30)");
    }
    bytes_ = std::stoi(lake_.Query("SELECT max(size) FROM read_blob('" +
                                   (lake_.folder() / "lake/bronze/t/*/*.parquet").string() + "')"));
  }
  void CommitAt(int files) {
    lake_.Query("SET lake_optimize_commit_size = '" + std::to_string(files * bytes_) + " B'");
  }
  [[nodiscard]] std::string Metric(const std::string& name) {
    return lake_.Query("SELECT sum(operationMetrics['" + name +
                       "']::BIGINT) FROM laguna_history('bronze.t') WHERE operation = 'OPTIMIZE'");
  }

  int bytes_ = 0;
};

TEST_F(PartitionCommits, ComeWhenThereIsEnough) {
  struct Case {
    int files;
    int64_t commits;
  };
  // With the bytes of one file each partition, of seven the last alone, of four every second.
  for (const Case& test : {Case{1, 3}, Case{7, 1}, Case{4, 2}}) {
    lake_.Query("RESTORE TABLE bronze.t TO VERSION AS OF 3");
    CommitAt(test.files);
    const int before = std::stoi(lake_.Query(kCommits));
    const OptimizeReport report = Optimize([](int) {});
    EXPECT_EQ(report.commits, test.commits) << test.files;
    EXPECT_EQ(std::stoi(lake_.Query(kCommits)) - before, test.commits) << test.files;
    EXPECT_EQ(report.totals.removed.count(), 9U) << test.files;
    EXPECT_EQ(report.totals.added.count(), 3U) << test.files;
    EXPECT_EQ(lake_.Query("SELECT count(*), sum(k) FROM bronze.t"), "90|1305");
  }
}

TEST_F(PartitionCommits, StayWhenItIsCutOff) {
  CommitAt(1);
  EXPECT_THROW(Optimize([](int attempt) {
                 if (attempt == 2)
                   throw base::Error(base::ErrorKind::kUnavailable, "test", "Cut off.");
               }),
               base::Error);
  EXPECT_EQ(lake_.Query(kCommits), "2");
  EXPECT_EQ(Files(), "5");
  const OptimizeReport rest = Optimize([](int) {});
  EXPECT_EQ(rest.totals.removed.count(), 3U);
  EXPECT_EQ(Files(), "3");
  EXPECT_EQ(Metric("numRemovedFiles"), "9");
  EXPECT_EQ(Metric("numAddedFiles"), "3");
  EXPECT_EQ(lake_.Query("SELECT count(*), sum(k) FROM bronze.t"), "90|1305");
  for (int version = 1; version <= 6; ++version) {
    EXPECT_EQ(lake_.Query("SELECT count(*) FROM bronze.t AT (VERSION => " +
                          std::to_string(version) + ")"),
              std::to_string(30 * std::min(version, 3)));
  }
}

TEST_F(TableOptimizerTest, WhatCannotBeCommittedLeavesNoFiles) {
  MakeTable(kNoVectors);
  Optimize([&](int) { Other("UPDATE bronze.t SET v = v + 1"); });
  EXPECT_EQ(lake_.Query("SELECT count(*) FROM bronze.t"), "40");
  const auto log = lake_.folder() / "lake" / "bronze" / "t" / "_delta_log" / "*.json";
  EXPECT_EQ(lake_.Query("SELECT count(DISTINCT add.path) FROM read_json('" + log.string() +
                        "', columns = {add: 'STRUCT(path VARCHAR)'})"),
            std::to_string(FilesInFolder()));
}

TEST_F(TableOptimizerTest, ADefinitionThatOthersChangeMeanwhileCounts) {
  MakeTable(kNoVectors);
  Optimize([&](int attempt) {
    if (attempt == 0) Other("ALTER TABLE bronze.t SET ('owner' = 'me')");
  });
  EXPECT_EQ(Files(), "1");
  EXPECT_EQ(lake_.Query("SELECT count(*), sum(k) FROM bronze.t"), "40|780");
}

TEST_F(TableOptimizerTest, ATableThatGoesMeanwhileIsAnError) {
  MakeTable(kNoVectors);
  try {
    Optimize([&](int attempt) {
      if (attempt == 0) Other("DROP TABLE bronze.t");
    });
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound) << error.sentence();
  }
}

TEST_F(TableOptimizerTest, AnUpdateThatLosesAgainstItRunsAgain) {
  MakeTable(kNoVectors);
  std::thread other([&] {
    for (int i = 0; i < 20; ++i)
      Other("UPDATE bronze.t SET v = v + 1 WHERE k = " + std::to_string(i));
  });
  for (int i = 0; i < 5; ++i) Optimize([](int) {});
  other.join();
  EXPECT_EQ(lake_.Query("SELECT count(*), sum(k), sum(v) FROM bronze.t"), "40|780|20");
}

}  // namespace
}  // namespace laguna::catalog
