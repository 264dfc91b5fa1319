// SPDX-License-Identifier: Apache-2.0
// Statements that a user may have meant, run on a lake: each ends with rows or an error that says
// what is wrong, and none ends the program.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/session.h"
#include "fuzz/fuzzed_lake.h"
#include "fuzz/fuzzing.h"

namespace laguna::test {
namespace {

// A lake with three small tables, which every statement finds as they were.
class SmallLake {
 public:
  SmallLake() {
    session_.emplace(lake_.database());
    session_->Run(
        "CREATE TABLE bronze.t (id BIGINT, v VARCHAR, st STRUCT<a: INT, b: ARRAY<DOUBLE>>, d DATE, "
        "y INT GENERATED ALWAYS AS (year(d)), n INT DEFAULT 7, CHECK (id > 0)) "
        "PARTITIONED BY (y) WITH ('delta.enableChangeDataFeed' = 'true', "
        "'delta.enableTypeWidening' = 'true')");
    session_->Run(
        "INSERT INTO bronze.t (id, v, st, d) VALUES (1, 'a', {'a': 1, 'b': [1.5]}, '2024-01-31'), "
        "(2, 'b', NULL, '2025-02-28'), (3, NULL, {'a': NULL, 'b': []}, NULL)");
    session_->Run("DELETE FROM bronze.t WHERE id = 2");
    session_->Run("CREATE TABLE bronze.s AS SELECT 2 AS id, 'x' AS v, DATE '2025-03-01' AS d");
    session_->Run(
        "CREATE TABLE bronze.i (id BIGINT GENERATED ALWAYS AS IDENTITY, \"odd, name\" VARCHAR(3)) "
        "WITH ('delta.columnMapping.mode' = 'name')");
  }

  // Whether it has changed the lake: what cannot be taken back runs by itself.
  bool Run(const std::string& text) {
    const engine::Script script(text, "x.sql");
    session_->Run("BEGIN");
    std::optional<base::Error> failure = RunAll(script);
    if (session_->in_transaction()) session_->Run("ROLLBACK");
    if (!failure) return false;
    if (!failure->code().ends_with(".in_transaction")) {
      throw base::Error(*failure);
    }
    failure = RunAll(script);
    if (session_->in_transaction()) session_->Run("ROLLBACK");
    if (failure) throw base::Error(*failure);
    return true;
  }

 private:
  std::optional<base::Error> RunAll(const engine::Script& script) {
    try {
      for (const engine::ScriptStatement& statement : script.statements()) {
        session_->Run(script, statement).Drain();
      }
    } catch (const base::Error& error) {
      return error;
    }
    return std::nullopt;
  }

  FuzzedLake lake_;
  std::optional<engine::Session> session_;
};

const std::vector<std::string> kSeeds{
    "MERGE INTO bronze.t t USING bronze.s s ON t.id = s.id AND t.d < s.d WHEN MATCHED AND t.n > 1 "
    "THEN UPDATE SET v = s.v, t.n = t.n + 1 WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT "
    "(id, v, d) VALUES (s.id, s.v, s.d) WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 'gone'",
    "MERGE WITH SCHEMA EVOLUTION INTO bronze.t USING (SELECT 5 AS id, 1 AS extra) u ON t.id = u.id "
    "WHEN NOT MATCHED THEN INSERT *",
    "UPDATE bronze.t SET st.a = 4, v = (SELECT max(v) FROM bronze.s) WHERE id IN (1, 3) RETURNING "
    "id, v",
    "UPDATE bronze.t SET n = s.id FROM bronze.s WHERE t.id + 1 = s.id",
    "DELETE FROM bronze.t WHERE y = 2024 OR v LIKE 'a%'",
    "INSERT INTO bronze.t BY NAME SELECT 4 AS id, DATE '2024-05-05' AS d",
    "INSERT INTO bronze.t REPLACE WHERE id >= 1 SELECT 9, 'r', NULL, NULL, NULL, 1",
    "INSERT OVERWRITE bronze.t PARTITION (y) SELECT id, v, NULL, d, 2025, NULL FROM bronze.s",
    "INSERT INTO bronze.i (\"odd, name\") VALUES ('abc'), (NULL) RETURNING id",
    "SELECT * FROM table_changes('bronze.t', 0) ORDER BY ALL",
    "SELECT count(*), min(d) FROM bronze.t VERSION AS OF 1 WHERE y > 2000 GROUP BY v HAVING "
    "count(*) "
    "> 0",
    "CREATE OR REPLACE TABLE bronze.c (a DECIMAL(10,2) NOT NULL, m MAP<STRING, INT>, CHECK (a > "
    "0)) "
    "USING DELTA TBLPROPERTIES ('delta.appendOnly' = 'false') COMMENT 'x'",
    "CREATE TABLE bronze.k PARTITIONED BY (v) AS SELECT * FROM bronze.s",
    "CREATE TABLE bronze.k SHALLOW CLONE bronze.t VERSION AS OF 1",
    "ALTER TABLE bronze.t ADD COLUMNS (w ARRAY<STRUCT<x: INT>> COMMENT 'c' AFTER id, st.c INT "
    "FIRST)",
    "ALTER TABLE bronze.i RENAME COLUMN \"odd, name\" TO plain",
    "ALTER TABLE bronze.i DROP COLUMN \"odd, name\"",
    "ALTER TABLE bronze.t ALTER COLUMN n TYPE BIGINT",
    "ALTER TABLE bronze.t ADD CONSTRAINT c CHECK (id < 100 AND n IS NOT NULL)",
    "ALTER TABLE bronze.t SET TBLPROPERTIES ('delta.dataSkippingStatsColumns' = 'id, st.a', 'x' = "
    "'y')",
    "ALTER TABLE bronze.t ALTER COLUMN v SET DEFAULT 'z'",
    "OPTIMIZE bronze.t WHERE y = 2024 ZORDER BY (id, d)",
    "REORG TABLE bronze.t APPLY (PURGE)",
    "RESTORE TABLE bronze.t TO VERSION AS OF 1",
    "VACUUM bronze.t RETAIN 200 HOURS DRY RUN",
    "DESCRIBE HISTORY bronze.t LIMIT 2",
    "DROP TABLE bronze.s; UNDROP TABLE bronze.s",
    "CREATE VIEW bronze.w AS SELECT id FROM bronze.t; COMMENT ON COLUMN bronze.t.v IS 'c'"};

const std::vector<std::string> kWords{"bronze.t ",
                                      "bronze.s ",
                                      "id",
                                      "v",
                                      "st.b",
                                      "st",
                                      "y",
                                      "t.",
                                      "s.",
                                      "*",
                                      "NULL",
                                      "DEFAULT",
                                      "(",
                                      ")",
                                      ",",
                                      "= ",
                                      "'",
                                      "\"odd, name\"",
                                      "WHEN MATCHED THEN ",
                                      "WHEN NOT MATCHED BY SOURCE THEN ",
                                      "DELETE ",
                                      "UPDATE SET * ",
                                      "INSERT * ",
                                      "SELECT ",
                                      "FROM ",
                                      "WHERE ",
                                      "AND ",
                                      "RETURNING *",
                                      "[1]",
                                      "{'a': 1}",
                                      "-1",
                                      "1e400",
                                      "DATE '2024-01-01' ",
                                      "INTERVAL 1 DAY",
                                      "ARRAY<",
                                      "STRUCT<",
                                      ">",
                                      "::",
                                      "CAST(",
                                      "AS ",
                                      "WITH x AS (SELECT 1 AS id) ",
                                      "VERSION AS OF 1 ",
                                      "PARTITIONED BY (",
                                      "GENERATED ALWAYS AS (",
                                      "IDENTITY",
                                      "CHECK (",
                                      "NOT NULL ",
                                      "COMMENT 'c' ",
                                      "'delta.x' = '1'"};

TEST(Fuzz, StatementsOnALake) {
  std::optional<SmallLake> lake;
  Fuzz({.name = "statement",
        .seeds = kSeeds,
        .words = kWords,
        .parse =
            [&](const std::string& text) {
              if (!lake) lake.emplace();
              if (lake->Run(text)) lake.reset();
            },
        .inputs = 2'000});
}

}  // namespace
}  // namespace laguna::test
