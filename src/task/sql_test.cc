// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "task/task_for_test.h"

namespace laguna::task {
namespace {

using SqlTask = TaskTest;

TEST_F(SqlTask, GivesChangedRowsAndTheFirstRowOfTheLastQuery) {
  const auto outputs = RunTask("sql", R"(
sql: |
  CREATE TABLE bronze.t (a INTEGER);
  INSERT INTO bronze.t VALUES (1), (2);
  INSERT INTO bronze.t VALUES (3);
  SELECT a, a * 2 AS twice FROM bronze.t ORDER BY a DESC
)");
  EXPECT_EQ(Output(outputs, "rows"), "3");
  EXPECT_EQ(Output(outputs, "result"), "{'a': 3, 'twice': 6}");
  EXPECT_NE(log_.find("flows/f.yaml:4: 2 rows changed"), std::string::npos) << log_;
  EXPECT_NE(log_.find("flows/f.yaml:6: 3 rows, the first {\"a\":3,\"twice\":6}"), std::string::npos)
      << log_;
}

TEST_F(SqlTask, GivesNullsForAQueryWithoutRowsAndNoResultWithoutAQuery) {
  EXPECT_EQ(Output(RunTask("sql", "sql: SELECT 1 AS a WHERE false\n"), "result"), "{'a': NULL}");
  EXPECT_EQ(Output(RunTask("sql", "sql: SELECT 1; CREATE SCHEMA lake.gold\n"), "result"), "NULL");
}

TEST_F(SqlTask, FillsParametersAsValuesNeverAsSql) {
  const auto outputs = RunTask("sql", R"(
sql: CREATE TABLE bronze.t AS SELECT $who AS who; SELECT who, $n::INTEGER + 1 AS n FROM bronze.t
parameters: {who: "x'; DROP TABLE bronze.t; --", N: "41"}
)");
  EXPECT_EQ(Output(outputs, "result"), R"({'who': 'x''; DROP TABLE bronze.t; --', 'n': 42})");
}

TEST_F(SqlTask, RunsAFileRelativeToTheLake) {
  Write("sql/month.sql", "-- a month\nSELECT 7 AS month");
  EXPECT_EQ(Output(RunTask("sql", "file: sql/month.sql\n"), "result"), "{'month': 7}");
  Write("sql/bad.sql", "SELECT 1;\nSELECT nothing FROM bronze.t");
  const base::Error error = Failure("sql", "file: sql/bad.sql\n");
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->file, "sql/bad.sql");
  EXPECT_EQ(error.place()->line, 2);
  EXPECT_EQ(Failure("sql", "file: sql/none.sql\n").kind(), base::ErrorKind::kNotFound);
}

TEST_F(SqlTask, AForgottenCommitIsAnErrorAndChangesNothing) {
  const base::Error error = Failure("sql", "sql: BEGIN; CREATE TABLE bronze.t AS SELECT 1 AS a\n");
  EXPECT_EQ(error.code(), "sql.open_transaction");
  EXPECT_EQ(Query("SELECT count(*) FROM information_schema.tables WHERE table_name = 't'"), "0");
}

TEST_F(SqlTask, RefusesWhatIsNoTask) {
  const std::pair<std::string, std::string> cases[] = {
      {"description: nothing\n", "task.sql"},
      {"sql: SELECT 1\nfile: a.sql\n", "task.sql"},
      {"sql: SELECT $a\nparameters: {a: 1, b: 2}\n", "task.parameter"},
      {"sql: SELECT 1\nblocks: [shop]\n", "block.unknown"},
  };
  for (const auto& [yaml, code] : cases) EXPECT_EQ(Failure("sql", yaml).code(), code) << yaml;
}

TEST_F(SqlTask, AStopEndsARunningStatement) {
  std::stop_source stop;
  std::thread asker([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  const base::Error error = Failure(
      "sql",
      "sql: SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range > b.range\n",
      stop.get_token());
  asker.join();
  EXPECT_EQ(error.kind(), base::ErrorKind::kCancelled);
}

TEST_F(SqlTask, LeavesOutAResultTooLargeToKeep) {
  const auto outputs = RunTask("sql", "sql: SELECT repeat('x', 100000) AS text\n");
  EXPECT_EQ(Output(outputs, "result"), "NULL");
  EXPECT_NE(log_.find("too large"), std::string::npos);
}

}  // namespace
}  // namespace laguna::task
