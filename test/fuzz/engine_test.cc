// SPDX-License-Identifier: Apache-2.0
// Parsers of what users and this program write: SQL, pipelines, flows, the records of streams and
// copies.
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "catalog/lake_environment.h"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/database.hpp"
#include "engine/database.h"
#include "engine/front.h"
#include "engine/session.h"
#include "flow/definition.h"
#include "flow/schedule.h"
#include "fuzz/fuzzing.h"
#include "ingest/copy/copy_record.h"
#include "ingest/offset_entry.h"
#include "ingest/pinned_source.h"
#include "pipeline/definition_parser.h"
#include "pipeline/view_record.h"
#include "task/task.h"

namespace laguna::test {
namespace {

const std::vector<std::string> kSqlWords{"STREAM ",
                                         "VERSION AS OF ",
                                         "TIMESTAMP AS OF",
                                         "`",
                                         "\"",
                                         "'",
                                         "$$",
                                         "/*",
                                         "*/",
                                         "--",
                                         ";",
                                         "(",
                                         ")",
                                         ",",
                                         "::",
                                         "\xc3",
                                         "\\",
                                         "AS ",
                                         "CREATE ",
                                         "SELECT ",
                                         "FROM ",
                                         "@",
                                         "?",
                                         "{",
                                         "BEGIN",
                                         "WITH "};

TEST(Fuzz, SqlScripts) {
  engine::Database database{engine::DatabaseConfig{}};
  engine::Session session(database);
  Fuzz({"sql",
        {"SELECT a.b, 'it''s' || $1 FROM STREAM bronze.sales a, STREAM read_files('x/*.csv', "
         "format => 'csv', types = {'a': 'INT'}) WHERE x IN (SELECT 1) -- end",
         "FROM `my table` VERSION AS OF 3 JOIN t TIMESTAMP AS OF '2024-01-01' USING (id)",
         "WITH c AS (VALUES (1, 2)) SELECT * FROM c UNION ALL FROM range(3) /* x */",
         "PIVOT t ON a USING sum(b); INSERT OVERWRITE t SELECT $$text$$"},
        kSqlWords,
        [&](const std::string& text) {
          const engine::Script script(text, "x.sql");
          for (const engine::ScriptStatement& statement : script.statements()) {
            try {
              session.Mentions(script, statement);
            } catch (const base::Error& error) {
              if (error.kind() == base::ErrorKind::kInternal) throw;
            }
          }
        }});
}

// Every statement of Laguna's own, and those of DuckDB that are edited before its parser sees them.
TEST(Fuzz, LakeStatements) {
  duckdb::DuckDB duckdb(nullptr);
  duckdb::Connection connection(duckdb);
  const auto own = catalog::LakeStatements();
  const engine::Front front({own.begin(), own.end()}, "");
  std::vector<std::string> seeds{
      "MERGE INTO t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED AND s.id > 1 THEN UPDATE "
      "SET * WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN DELETE",
      "INSERT INTO t REPLACE WHERE d >= DATE '2024-01-01' SELECT * FROM s",
      "INSERT OVERWRITE t PARTITION (p = 'a', q) (id) SELECT 1, 2",
      "SELECT * FROM STREAM a.t VERSION AS OF (1 + 1) x, u FOR TIMESTAMP AS OF now() - INTERVAL 7 "
      "DAYS",
      "PREPARE p AS MERGE WITH SCHEMA EVOLUTION INTO t USING s ON true WHEN MATCHED THEN DELETE",
      "CREATE TABLE `a b` (v VARCHAR(3) COMMENT 'x', d DATE DEFAULT DATE '2024-01-01') "
      "PARTITIONED BY (d DATE, days INT) COMMENT 'c' LOCATION '/x' WITH ('delta.x' = '1') AS "
      "SELECT 1",
      "UPDATE t SET s.a = 1, t.b = s.a + 1 FROM u WHERE t.id = u.id",
      "CREATE OR REPLACE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY, d DATE, s "
      "STRUCT<a:INT>, y INT GENERATED ALWAYS AS (year(d)), CHECK (y > 0)) USING DELTA "
      "PARTITIONED BY (y) TBLPROPERTIES ('delta.appendOnly' = 'true') COMMENT 'c'"};
  std::vector<std::string> words = kSqlWords;
  for (const engine::OwnStatement* statement : own) {
    seeds.emplace_back(statement->example);
    for (const std::string_view leading : statement->leading_words) {
      words.push_back(std::string(leading) + " ");
    }
  }
  Fuzz({"lake_sql", seeds, words, [&](const std::string& text) {
          const engine::Script script(text, "x.sql");
          for (const engine::ScriptStatement& statement : script.statements()) {
            try {
              static_cast<void>(front.Parse(*connection.context, script, statement));
            } catch (const duckdb::InternalException&) {
              throw;
            } catch (const duckdb::Exception&) {  // a session makes an Error of it
            }
          }
        }});
}

TEST(Fuzz, PipelineDefinitions) {
  catalog::Lake lake;
  lake.zones = {{"landing", true}, {"bronze"}, {"silver"}};
  Fuzz({"pipeline",
        {"CREATE OR REFRESH STREAMING TABLE silver.sales (CONSTRAINT a EXPECT (x > 0) ON VIOLATION "
         "DROP ROW, CONSTRAINT b EXPECT (y IS NOT NULL AND f(')')) ON VIOLATION FAIL UPDATE) "
         "PARTITIONED BY (d, \"e f\") COMMENT 'it''s' TBLPROPERTIES ('a.b' = 'c') AS SELECT * FROM "
         "STREAM bronze.sales",
         "CREATE MATERIALIZED VIEW bronze.v AS SELECT 1 AS x"},
        kSqlWords,
        [&](const std::string& text) {
          const auto script = std::make_shared<const engine::Script>(text, "x.sql");
          for (const engine::ScriptStatement& statement : script->statements()) {
            pipeline::ParseDefinition(script, statement, lake);
          }
        }});
}

TEST(Fuzz, Flows) {
  std::vector<const flow::TaskType*> types;
  for (const task::Task* task : task::Tasks()) types.push_back(&task->type);
  Fuzz({"flow",
        {"flow: nightly\nparams:\n  day: {type: date, default: \"{{ today() - 1 }}\"}\n"
         "concurrency: {limit: 1, overlap: queue}\ntriggers:\n  - {cron: \"0 1 * * *\"}\n"
         "tasks:\n  a:\n    type: shell\n    command: echo {{ params.day }}\n"
         "    retry: {attempts: 3, delay: 10s, backoff: 2, jitter: 0.2}\n    timeout: 10m\n"
         "  b:\n    type: sql\n    sql: SELECT 1\n    needs: [a]\n"
         "    when: \"{{ tasks.a.exit_code = 0 }}\"\n"},
        {"{{", "}}", "needs: [b]", ": ", "- ", "\n", "  ", "tasks.", "params.", "'", "[", "{"},
        [&](const std::string& text) {
          flow::ParseFlow(text, "flows/x.yaml", {.types = types, .blocks = nullptr});
        }});
}

const std::vector<std::string> kJsonWords{
    "{",       "}",   "[", "]", ",", ":", "\"", "null", "1e99", "-1", "99999999999999999999",
    "\\u0000", "\xff"};

TEST(Fuzz, Schedules) {
  Fuzz({"cron",
        {"*/5 8-18 * * MON-FRI", "0 0 1,L */2 *", "30 0 3 * * FRI#2,SUN#L", "@daily"},
        {"*", "/", "-", ",", "#", "L", "@", " ", "31", "99999999999", "JAN", "\xff"},
        [](const std::string& text) {
          const flow::Schedule schedule(text, "America/Santiago");
          const int64_t first_ms = schedule.NextMs(1'725'750'000'000);
          EXPECT_GT(first_ms, 1'725'750'000'000) << text;
          EXPECT_GT(schedule.NextMs(first_ms), first_ms) << text;
        }});
}

TEST(Fuzz, RecordsOfStreams) {
  ingest::OffsetEntry entry;
  entry.batch = 3;
  entry.replaces = 2;
  entry.sources = {ingest::FileRange{{{"landing/a.csv", 1, 2, "e"}}},
                   ingest::TableRange{"bronze.t", "id", 1, 5}};
  Fuzz({"offsets", {ingest::ToText(entry)}, kJsonWords, [](const std::string& text) {
          ingest::ParseOffsetEntry(text, "3.json", 3);
        }});
  ingest::PinnedSource files;
  files.patterns = {"landing/*.csv"};
  files.files.emplace();
  files.files->columns = {{"a", "BIGINT"}};
  ingest::PinnedSource table;
  table.table = "bronze.t";
  Fuzz({"sources",
        {ingest::ToText(files), ingest::ToText(table)},
        kJsonWords,
        [](const std::string& text) { ingest::ParsePinnedSource(text, "0.json"); }});
}

TEST(Fuzz, RecordsOfCopies) {
  ingest::CopyIntent intent;
  intent.copy = {"a.csv", "landing/", "incremental", "last_modified"};
  intent.files = {{.key = "landing/a_1.csv",
                   .from = "a.csv",
                   .source = {},
                   .replaced = {},
                   .rows = 3,
                   .fingerprint = "f"}};
  intent.cursor.emplace();
  Fuzz({"intent", {ingest::IntentToJson(intent)}, kJsonWords, [](const std::string& text) {
          ingest::IntentFromJson(text, "1.json");
        }});
  ingest::CopyOutcome outcome;
  outcome.files = {{"landing/a_1.csv", {1, 2, "e"}}};
  Fuzz({"outcome", {ingest::OutcomeToJson(outcome)}, kJsonWords, [](const std::string& text) {
          ingest::OutcomeFromJson(text, "1.done.json");
        }});
}

TEST(Fuzz, RecordsOfViews) {
  Fuzz(
      {"view",
       {R"({"format":1,"definition":"x","version":2,"sources":{"bronze.t":{"id":"i","version":1}}})"},
       kJsonWords,
       [](const std::string& text) { pipeline::ParseViewRecord(text); }});
}

}  // namespace
}  // namespace laguna::test
