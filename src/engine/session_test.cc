// SPDX-License-Identifier: Apache-2.0
#include "engine/session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

#include "duckdb/main/connection.hpp"
#include "engine/database.h"
#include "engine/told_progress.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

std::string TextOf(Session& session, const std::string& sql, const NamedValues& parameters = {}) {
  Result result = session.Run(sql, parameters);
  std::string text;
  while (const ResultBatch* batch = result.Next()) {
    for (size_t row = 0; row < batch->rows(); ++row) {
      text += text.empty() ? "" : "|";
      for (size_t column = 0; column < result.columns().size(); ++column) {
        text += column == 0 ? "" : ",";
        text += batch->Text(row, column).value_or("NULL");
      }
    }
  }
  return text;
}

Error ErrorOf(Session& session, const std::string& sql) {
  try {
    TextOf(session, sql);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error: " << sql;
  return Error(ErrorKind::kInternal, "", "");
}

class SessionTest : public testing::Test {
 protected:
  Database database_{DatabaseConfig{}};
  Session session_{database_};
};

TEST_F(SessionTest, RunsPlainStatements) {
  session_.Run("CREATE TABLE t (a INTEGER, b VARCHAR)");
  Result inserted = session_.Run("INSERT INTO t VALUES (1, 'x'), (2, NULL)");
  EXPECT_EQ(inserted.kind(), ResultKind::kChanged);
  EXPECT_EQ(inserted.ChangedRows(), 2);
  EXPECT_EQ(TextOf(session_, "FROM t ORDER BY a"), "1,x|2,NULL");
  EXPECT_EQ(session_.Run("SET threads = 2").kind(), ResultKind::kNothing);
}

TEST_F(SessionTest, FillsParameters) {
  EXPECT_EQ(TextOf(session_, "SELECT $a + 1, $b", {{"a", 41}, {"b", "'; DROP TABLE t"}}),
            "42,'; DROP TABLE t");
  EXPECT_EQ(ErrorOf(session_, "SELECT $a").kind(), ErrorKind::kInvalidInput);
}

TEST_F(SessionTest, StatementsThatDuckdbSplitsWork) {
  session_.Run("CREATE TABLE p AS SELECT 'a' AS k, 1 AS v UNION ALL SELECT 'b', 2");
  EXPECT_EQ(TextOf(session_, "PIVOT p ON k USING sum(v)"), "1,2");
  EXPECT_EQ(TextOf(session_, "PRAGMA version").substr(0, 6), "v1.5.5");
}

TEST_F(SessionTest, KnowsSparksTypeNames) {
  session_.Run(
      "CREATE TABLE t (a STRING, b TIMESTAMP_NTZ, c TIMESTAMP_LTZ, d BINARY, e LONG, "
      "f SHORT, g BYTE)");
  EXPECT_EQ(TextOf(session_, "SELECT column_type FROM (DESCRIBE t)"),
            "VARCHAR|TIMESTAMP|TIMESTAMP WITH TIME ZONE|BLOB|BIGINT|SMALLINT|TINYINT");
  EXPECT_EQ(TextOf(session_, "SELECT typeof('2024-01-01'::timestamp_ntz)"), "TIMESTAMP");
}

TEST_F(SessionTest, ProgressIsReadableFromAnotherThread) {
  session_.Run("CREATE TEMP TABLE big AS SELECT i FROM range(1000000) AS r(i)");
  EXPECT_LT(session_.progress().percent, 0);
  session_.TrackProgress();
  // A scan says how far it is; until one does not end before it is asked, it gets more to do.
  double seen = 0;
  for (int times = 4; seen <= 0 && times <= 256; times *= 4) {
    std::jthread watcher([&](const std::stop_token& stop) {
      while (!stop.stop_requested() && seen <= 0) {
        seen = session_.progress().percent;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    session_.Run("SELECT max(md5(repeat(i::VARCHAR, " + std::to_string(times) + "))) FROM big")
        .Drain();
  }
  EXPECT_GT(seen, 0);
  EXPECT_LE(seen, 100);
}

TEST_F(SessionTest, ProgressIsWhatTheStatementTold) {
  duckdb::ClientContext& context = *session_.connection().context;
  TellProgress(context, 30);
  EXPECT_EQ(session_.progress().percent, 30);
  TellProgress(context, 20);
  EXPECT_EQ(session_.progress().percent, 30) << "a bar goes forward";
  TellProgress(context, 1000);
  EXPECT_EQ(session_.progress().percent, 100);
  session_.Run("SELECT 1").Drain();
  EXPECT_LT(session_.progress().percent, 0) << "it was the statement's, which has ended";
}

struct PlaceCase {
  const char* name;
  const char* script;
  int line;
  int column;
  int length;
  const char* code;
};

// Errors of every statement of a script stand where the user sees them.
class ErrorPlaces : public testing::TestWithParam<PlaceCase> {};

TEST_P(ErrorPlaces, AreTrue) {
  Database database{DatabaseConfig{}};
  Session session(database);
  const Script script(GetParam().script, "dir/x.sql");
  for (const ScriptStatement& statement : script.statements()) {
    try {
      session.Run(script, statement).Drain();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), GetParam().code) << error.Report();
      ASSERT_TRUE(error.place());
      EXPECT_EQ(error.place()->file, "dir/x.sql");
      EXPECT_EQ(error.place()->line, GetParam().line) << error.Report();
      EXPECT_EQ(error.place()->column, GetParam().column) << error.Report();
      EXPECT_EQ(error.place()->length, GetParam().length) << error.Report();
      EXPECT_EQ(error.sentence().find("LINE "), std::string::npos);
      return;
    }
  }
  FAIL() << "no error";
}

INSTANTIATE_TEST_SUITE_P(
    Session, ErrorPlaces,
    testing::Values(
        PlaceCase{"Syntax", "SELECT 1;\n\nSELECT 2 FORM t;", 3, 15, 1, "sql.syntax"},
        PlaceCase{"SyntaxAtTheEnd", "SELECT 1;\nSELECT (1", 2, 10, 1, "sql.syntax"},
        PlaceCase{"UnknownColumn", "SELECT 1; SELECT\n  nix;", 2, 3, 3, "sql.column_not_found"},
        PlaceCase{"UnknownTable", "SELECT 'ñ;'; SELECT * FROM nix.t;", 1, 28, 3, "sql.not_found"},
        PlaceCase{"UnknownFunction", "/* ñ */ SELECT nix(1);", 1, 16, 3, "sql.not_found"},
        PlaceCase{"UnknownType", "CREATE TABLE t (a INTEGER,\n\tb NIX);", 2, 4, 3, "sql.not_found"},
        PlaceCase{"AfterEdit", "SELECT `a b`, nix FROM (SELECT 1 AS `a b`)", 1, 15, 3,
                  "sql.column_not_found"},
        PlaceCase{"Cast", "SELECT 1; SELECT 'x'::INTEGER;", 1, 21, 2, "sql.conversion"},
        PlaceCase{"Late", "SELECT\n  CAST(x AS INTEGER) FROM (VALUES ('1'), ('y')) v(x);", 2, 3, 4,
                  "sql.conversion"},
        PlaceCase{"InTimeTravel",
                  "CREATE TABLE t (a INTEGER); SELECT * FROM t VERSION AS OF nix(1)", 1, 59, 3,
                  "sql.not_found"},
        PlaceCase{"Stream", "SELECT 1;\nSELECT * FROM STREAM t", 2, 22, 1,
                  "sql.stream_outside_pipeline"},
        PlaceCase{"Pipeline", "CREATE OR REFRESH STREAMING TABLE t AS SELECT 1", 1, 19, 9,
                  "sql.pipeline_statement"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(SessionTest, WhatIsNeverClosedNeverRuns) {
  session_.Run("CREATE TABLE t AS SELECT 1 AS a");
  for (const char* sql : {"DELETE FROM t /* WHERE a = 2", "SELECT 1; /* x", "SELECT `abc",
                          "SELECT 'abc", "SELECT $$abc", "SELECT \"abc"}) {
    EXPECT_EQ(ErrorOf(session_, sql).code(), "sql.syntax") << sql;
  }
  EXPECT_EQ(TextOf(session_, "SELECT count(*) FROM t"), "1");
  EXPECT_THROW(session_.Evaluate("1 /* x", {}), Error);
}

TEST_F(SessionTest, LakeClausesAreRefusedElsewhere) {
  session_.Run("CREATE TEMP TABLE x AS SELECT 1 AS a");
  EXPECT_EQ(ErrorOf(session_, "INSERT OVERWRITE x SELECT 2").code(), "sql.lake_tables_only");
  EXPECT_EQ(ErrorOf(session_, "CREATE TEMP TABLE y (a INT) USING parquet").code(),
            "sql.lake_tables_only");
  EXPECT_EQ(TextOf(session_, "FROM x"), "1");
  EXPECT_FALSE(session_.in_transaction());
}

TEST_F(SessionTest, AdviceBecomesTheHint) {
  session_.Run("CREATE TABLE sales (a INTEGER)");
  const Error error = ErrorOf(session_, "FROM sale");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.hint(), "Did you mean \"sales\"?");
  EXPECT_EQ(error.sentence(), "Table with name sale does not exist.");
}

TEST_F(SessionTest, AFailedStatementLeavesNoTransactionOpen) {
  session_.Run("CREATE TABLE t (a INTEGER NOT NULL)");
  EXPECT_EQ(ErrorOf(session_, "INSERT INTO t VALUES (1), (NULL)").kind(), ErrorKind::kViolation);
  EXPECT_FALSE(session_.in_transaction());
  EXPECT_EQ(TextOf(session_, "SELECT count(*) FROM t"), "0");
}

TEST_F(SessionTest, CommitOfAnAbortedTransactionIsAnError) {
  session_.Run("CREATE TABLE t (a INTEGER); BEGIN; INSERT INTO t VALUES (1)");
  EXPECT_TRUE(session_.in_transaction());
  ErrorOf(session_, "SELECT 'x'::INTEGER");
  const Error error = ErrorOf(session_, "COMMIT");
  EXPECT_EQ(error.code(), "sql.transaction_aborted");
  EXPECT_NE(error.hint().find("x"), std::string::npos);
  EXPECT_FALSE(session_.in_transaction());
  EXPECT_EQ(TextOf(session_, "SELECT count(*) FROM t"), "0");
}

TEST_F(SessionTest, ABinderErrorDoesNotAbortTheTransaction) {
  session_.Run("CREATE TABLE t (a INTEGER); BEGIN; INSERT INTO t VALUES (1)");
  ErrorOf(session_, "SELECT nix");
  session_.Run("COMMIT");
  EXPECT_EQ(TextOf(session_, "SELECT count(*) FROM t"), "1");
}

TEST_F(SessionTest, InterruptEndsARunningStatement) {
  std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    session_.Interrupt();
  });
  const Error error =
      ErrorOf(session_, "SELECT count(*) FROM range(1000000000000) WHERE random() > 2");
  EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
  EXPECT_EQ(TextOf(session_, "SELECT 1"), "1");
}

TEST_F(SessionTest, InterruptBeforeTheStartIsKept) {
  session_.Interrupt();
  EXPECT_EQ(
      ErrorOf(session_, "SELECT count(*) FROM range(1000000000000) WHERE random() > 2").kind(),
      ErrorKind::kCancelled);
  session_.Interrupt();
  session_.ClearInterrupt();
  EXPECT_EQ(TextOf(session_, "SELECT 1"), "1");
}

TEST_F(SessionTest, ASecondStatementClosesTheOpenResult) {
  Result open = session_.Run("SELECT * FROM range(1000000)");
  ASSERT_NE(open.Next(), nullptr);
  EXPECT_EQ(TextOf(session_, "SELECT 7"), "7");
  try {
    while (open.Next() != nullptr) {
    }
    FAIL() << "the result is still open";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "engine.result_closed");
  }
}

TEST_F(SessionTest, AnUnreadResultLeavesTheTransactionUsable) {
  session_.Run("BEGIN; CREATE TABLE t (a INTEGER)");
  { Result open = session_.Run("SELECT * FROM range(1000000)"); }
  session_.Run("COMMIT");
  EXPECT_EQ(TextOf(session_, "SELECT count(*) FROM t"), "0");
}

TEST_F(SessionTest, ExtensionsComeFromTheFolderOnly) {
  EXPECT_EQ(ErrorOf(session_, "INSTALL httpfs").code(), "engine.extension_install");
  EXPECT_EQ(ErrorOf(session_, "LOAD nix").code(), "engine.extension_missing");
  EXPECT_THROW(session_.LoadExtension("../nix"), Error);
}

TEST(Database, HasItsOwnTimeZone) {
  DatabaseConfig config;
  config.time_zone = "America/Bogota";
  Database database(config);
  Session session(database);
  EXPECT_EQ(TextOf(session, "SELECT '2024-01-01 00:00:00+00'::TIMESTAMPTZ"),
            "2023-12-31 19:00:00-05");
  config.time_zone = "Nowhere/Town";
  EXPECT_THROW(Database{config}, Error);
}

TEST(Database, KeepsItsLimits) {
  DatabaseConfig config;
  config.memory_limit_bytes = 100 << 20;
  config.threads = 1;
  Database database(config);
  Session session(database);
  EXPECT_EQ(TextOf(session, "SELECT current_setting('threads')"), "1");
  const Error error =
      ErrorOf(session, "SELECT max(l) FROM (SELECT list(i) AS l FROM range(100000000) r(i))");
  EXPECT_EQ(error.kind(), ErrorKind::kExhausted);
  EXPECT_EQ(TextOf(session, "SELECT 1"), "1");
}

}  // namespace
}  // namespace laguna::engine
