// SPDX-License-Identifier: Apache-2.0
// Statements whose commit loses against another one's, in two sessions of one lake.
#include <gtest/gtest.h>

#include <string>

#include "catalog/lake_catalog.h"
#include "catalog/lake_for_test.h"
#include "catalog/lake_transaction.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {
namespace {

// Another writer that commits between a statement's first look at the table and its commit.
struct OtherWriter {
  engine::Session* session = nullptr;
  std::string sql;
  int commits = 0;
};
OtherWriter other;

void CommitFirst(const engine::Rewriting& rewriting) {
  const bool writes = !rewriting.options.change_clauses.empty();
  if (writes && other.commits > 0) {
    --other.commits;
    // An EXECUTE has not looked yet.
    auto& catalog = LakeCatalog::Get(rewriting.context);
    LakeTransaction::Get(rewriting.context, catalog).View("bronze/t");
    other.session->Run(other.sql);
  }
}

class RerunTest : public testing::Test {
 protected:
  RerunTest() : second_(lake_.database()) {
    lake_.Query("CREATE TABLE bronze.t AS SELECT 1 AS k, 0 AS v");
    engine::AddTreeRewriter(*lake_.session().connection().context, CommitFirst);
  }
  void Await(const std::string& sql, int commits) { other = {&second_, sql, commits}; }

  LakeForTest lake_;
  engine::Session second_;
};

TEST_F(RerunTest, AnUpdateSeesWhatWonAndRunsAgain) {
  Await("UPDATE bronze.t SET v = v + 100", 2);
  lake_.Query("UPDATE bronze.t SET v = v + 1");
  EXPECT_EQ(lake_.Query("SELECT v FROM bronze.t"), "201");
}

TEST_F(RerunTest, AMergeRunsAgainWithTheColumnsThereAreThen) {
  Await(
      "MERGE WITH SCHEMA EVOLUTION INTO bronze.t USING (SELECT 1 AS k, 'x' AS more) AS s "
      "ON t.k = s.k WHEN MATCHED THEN UPDATE SET *",
      1);
  lake_.Query(
      "MERGE INTO bronze.t USING (SELECT 1 AS k, 5 AS v, 'y' AS more) AS s ON t.k = s.k "
      "WHEN MATCHED THEN UPDATE SET *");
  EXPECT_EQ(lake_.Query("FROM bronze.t"), "1|5|y");
}

TEST_F(RerunTest, WhatIsPreparedRunsAgainWithTheSameValues) {
  lake_.Query("PREPARE raise AS UPDATE bronze.t SET v = v + $1 WHERE k = $2");
  Await("UPDATE bronze.t SET v = v + 100", 2);
  lake_.Query("EXECUTE raise(1, 1)");
  EXPECT_EQ(lake_.Query("SELECT v FROM bronze.t"), "201");
  EXPECT_EQ(other.commits, 0);
}

TEST_F(RerunTest, AStatementWhoseFilesWentReadsTheNewVersion) {
  Await(
      "SET lake_vacuum_retention_check = false; INSERT OVERWRITE bronze.t VALUES (1, 100); "
      "VACUUM bronze.t RETAIN 0 HOURS",
      1);
  lake_.Query("UPDATE bronze.t SET v = v + 1");
  EXPECT_EQ(lake_.Query("SELECT v FROM bronze.t"), "101");
}

TEST_F(RerunTest, InATransactionTheErrorNamesTheWinner) {
  lake_.Query("BEGIN");
  Await("UPDATE bronze.t SET v = v + 100", 1);
  lake_.Query("UPDATE bronze.t SET v = v + 1");
  const base::Error error = lake_.Failure("COMMIT");
  EXPECT_EQ(error.code(), "commit.conflict");
  EXPECT_NE(error.sentence().find("UPDATE"), std::string::npos);
  EXPECT_EQ(lake_.Query("SELECT v FROM bronze.t"), "100");
}

}  // namespace
}  // namespace laguna::catalog
