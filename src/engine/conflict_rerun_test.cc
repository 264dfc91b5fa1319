// SPDX-License-Identifier: Apache-2.0
#include "engine/conflict_rerun.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "engine/database.h"
#include "engine/prepared_statement.h"
#include "engine/session.h"
#include "engine/tree_rewriter.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

// How many runs of a statement still lose, and how many there were.
struct Race {
  int losses = 0;
  int runs = 0;
};
Race race;

void Lose(const Rewriting& rewriting) {
  if (!ConflictRerun::IsFor(StatementToRun(rewriting.context, rewriting.statement))) return;
  ++race.runs;
  if (race.losses-- > 0) {
    throw Error(ErrorKind::kConflict, "commit.conflict", "Version 7 was first.")
        .With("winner_version", "7");
  }
}

class ConflictRerunTest : public testing::Test {
 protected:
  ConflictRerunTest() {
    session_.Run("CREATE TABLE t AS SELECT 1 AS a");
    AddTreeRewriter(*session_.connection().context, Lose);
  }

  // Runs the statement against that many winners.
  void Run(const std::string& sql, int losses) {
    race = {losses, 0};
    session_.Run(sql);
  }
  Error Failure(const std::string& sql, int losses) {
    try {
      Run(sql, losses);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error: " << sql;
    return Error(ErrorKind::kInternal, "", "");
  }
  int64_t Sum() {
    return std::get<int64_t>(
        session_.Run("SELECT sum(a)::BIGINT FROM t").Drain()[0][0].alternatives());
  }

  Database database_{DatabaseConfig{}};
  Session session_{database_};
};

TEST_F(ConflictRerunTest, AStatementThatLostRunsAgain) {
  Run("UPDATE t SET a = a + 1", 3);
  EXPECT_EQ(race.runs, 4);
  EXPECT_EQ(Sum(), 2);
  Run("INSERT INTO t VALUES (5) RETURNING a", 1);
  EXPECT_EQ(race.runs, 2);
  EXPECT_EQ(Sum(), 7);
}

TEST_F(ConflictRerunTest, WhatIsPreparedRunsAgainToo) {
  session_.Run("PREPARE raise AS UPDATE t SET a = a + $1");
  Run("EXECUTE raise(2)", 3);
  EXPECT_EQ(race.runs, 4);
  EXPECT_EQ(Sum(), 3);
}

TEST_F(ConflictRerunTest, TheLastErrorSaysHowOften) {
  const Error lost = Error(ErrorKind::kConflict, "commit.conflict", "Version 7 was first.")
                         .With("winner_version", "7");
  const InterruptFlag interrupt;
  ConflictRerun rerun(interrupt, std::chrono::seconds(0));
  for (int run = 1; run < ConflictRerun::kRunsMin; ++run) EXPECT_TRUE(rerun.WaitAfter(lost));
  try {
    rerun.WaitAfter(lost);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.sentence(),
              "Version 7 was first. The statement ran 10 times, and each time another commit was "
              "first.");
    EXPECT_EQ(error.values()[0].second, "7");
  }
}

TEST_F(ConflictRerunTest, AFileThatWentIsLookedForInANewerVersionOnly) {
  const auto lost = [](const char* version) {
    return Error(ErrorKind::kCorrupt, "table.data_file", "A file is gone.")
        .With("table", "bronze.t")
        .With("version", version);
  };
  const InterruptFlag interrupt;
  ConflictRerun rerun(interrupt);
  EXPECT_TRUE(rerun.MayReadNewer(lost("7")));
  EXPECT_TRUE(rerun.MayReadNewer(lost("8")));
  EXPECT_FALSE(rerun.MayReadNewer(lost("8")));
  EXPECT_FALSE(rerun.MayReadNewer(Error(ErrorKind::kCorrupt, "table.data_file", "No Parquet.")));
}

TEST_F(ConflictRerunTest, ItIsTriedForAsLongAsThereIsPatience) {
  Run("UPDATE t SET a = a + 1", ConflictRerun::kRunsMin + 3);
  EXPECT_EQ(race.runs, ConflictRerun::kRunsMin + 4);
  EXPECT_EQ(Sum(), 2);
}

TEST_F(ConflictRerunTest, NothingRunsAgainInATransaction) {
  session_.Run("BEGIN");
  const Error error = Failure("UPDATE t SET a = 9", 1);
  EXPECT_EQ(error.sentence(), "Version 7 was first.");
  EXPECT_EQ(race.runs, 1);
  session_.Run("ROLLBACK");
  EXPECT_EQ(Sum(), 1);
}

TEST_F(ConflictRerunTest, AnInterruptEndsTheWaiting) {
  race = {1000, 0};
  session_.Interrupt();
  EXPECT_EQ(Failure("UPDATE t SET a = 9", 1000).kind(), ErrorKind::kCancelled);
  EXPECT_EQ(race.runs, 1);
  Run("UPDATE t SET a = 9", 0);
  EXPECT_EQ(Sum(), 9);
}

}  // namespace
}  // namespace laguna::engine
