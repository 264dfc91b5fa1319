// SPDX-License-Identifier: Apache-2.0
#include "catalog/session_table.h"

#include <gtest/gtest.h>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

const std::vector<engine::ResultColumn> kColumns{{"id", "BIGINT", true}, {"day", "DATE", false}};

TEST(SessionTable, TellsTheStateOfATable) {
  LakeForTest lake;
  auto& session = lake.session();
  EXPECT_FALSE(ReadTableState(session, "bronze.t"));
  session.Run("BEGIN");
  CreateTable(session, {.name = "bronze.T",
                        .columns = kColumns,
                        .partition_by = {"day"},
                        .comment = "it's",
                        .properties = {{"laguna.streamId", "s1"}}});
  EXPECT_EQ(ReadTableState(session, "bronze.t")->version, -1);
  session.Run("INSERT INTO bronze.t VALUES (1, DATE '2024-01-01')");
  SetTransactionVersion(session, "bronze.t", "s1", 0);
  session.Run("COMMIT");

  const auto state = ReadTableState(session, "BRONZE.t");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->name, "bronze.T");
  EXPECT_EQ(state->version, 0);
  ASSERT_EQ(state->columns.size(), 2U);
  EXPECT_EQ(state->columns[1].type, "DATE");
  EXPECT_EQ(state->partition_by, std::vector<std::string>{"day"});
  EXPECT_EQ(state->comment, "it's");
  EXPECT_EQ(state->properties.at("laguna.streamId"), "s1");
  EXPECT_EQ(state->transaction_versions, (std::map<std::string, int64_t>{{"s1", 0}}));
}

TEST(SessionTable, ACommitThatRepeatsAVersionIsLost) {
  LakeForTest lake;
  auto& session = lake.session();
  session.Run("CREATE TABLE bronze.t (id BIGINT)");
  const auto insert = [&](int64_t version) {
    session.Run("BEGIN; INSERT INTO bronze.t VALUES (1)");
    SetTransactionVersion(session, "bronze.t", "s1", version);
    session.Run("COMMIT");
  };
  insert(3);
  EXPECT_THROW(insert(3), base::Error);
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.t"), "1");
}

TEST(SessionTable, AddsColumnsThatOldRowsLack) {
  LakeForTest lake;
  auto& session = lake.session();
  session.Run("CREATE TABLE bronze.t AS SELECT 1::BIGINT AS id");
  session.Run("BEGIN");
  AddColumns(session, "bronze.t", {{"note", "VARCHAR", false}});
  session.Run("INSERT INTO bronze.t BY NAME SELECT 'new' AS note, 2::BIGINT AS id");
  session.Run("COMMIT");
  EXPECT_EQ(lake.Query("SELECT id, note FROM bronze.t ORDER BY id"), "1|NULL\n2|new");
  session.Run("BEGIN");
  EXPECT_THROW(AddColumns(session, "bronze.t", {{"NOTE", "VARCHAR", false}}), base::Error);
  session.Run("ROLLBACK");
}

TEST(SessionTable, OneTableCanBeCommittedLast) {
  LakeForTest lake;
  auto& session = lake.session();
  session.Run("CREATE TABLE bronze.main (id BIGINT); CREATE TABLE bronze.side (id BIGINT)");
  session.Run("BEGIN; INSERT INTO bronze.main VALUES (1); INSERT INTO bronze.side VALUES (2)");
  // The first commit to fail tells the order: the other one never comes.
  engine::Session other(lake.database());
  SetTransactionVersion(session, "bronze.side", "s", 1);
  other.Run("BEGIN; INSERT INTO bronze.side VALUES (9)");
  SetTransactionVersion(other, "bronze.side", "s", 1);
  other.Run("COMMIT");
  CommitTableLast(session, "bronze.main");
  EXPECT_THROW(session.Run("COMMIT"), base::Error);
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.main"), "0");
}

TEST(AddedRows, AreThoseOfTheVersions) {
  LakeForTest lake;
  auto& session = lake.session();
  session.Run("CREATE TABLE bronze.t AS SELECT 1 AS id; INSERT INTO bronze.t VALUES (2)");
  session.Run("INSERT INTO bronze.t VALUES (3)");
  const auto rows = [&](int from, int to) {
    return lake.Query("SELECT string_agg(id, ',' ORDER BY id) FROM laguna_added_rows('bronze.t', " +
                      std::to_string(from) + ", " + std::to_string(to) + ")");
  };
  EXPECT_EQ(rows(-1, 2), "1,2,3");
  EXPECT_EQ(rows(-1, 1), "1,2");
  EXPECT_EQ(rows(0, 1), "2");
  EXPECT_EQ(rows(0, 2), "2,3");
  EXPECT_EQ(rows(2, 2), "NULL");
}

TEST(AddedRows, ATableThatWasRewrittenHasNone) {
  LakeForTest lake;
  auto& session = lake.session();
  session.Run("CREATE TABLE bronze.t AS SELECT 1 AS id; INSERT OVERWRITE bronze.t VALUES (2)");
  const auto error = lake.Failure("FROM laguna_added_rows('bronze.t', 0, 1)");
  EXPECT_EQ(error.code(), "stream.source_rewritten");
  EXPECT_EQ(lake.Query("FROM laguna_added_rows('bronze.t', -1, 1)"), "2");
  EXPECT_EQ(lake.Failure("FROM laguna_added_rows('bronze.t', 2, 1)").code(), "stream.versions");
}

}  // namespace
}  // namespace laguna::catalog
