// SPDX-License-Identifier: Apache-2.0
#include "engine/front.h"

#include <gtest/gtest.h>

#include <string>

#include "duckdb/main/connection.hpp"
#include "duckdb/main/database.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

using base::Error;

constexpr std::string_view kShowWords[] = {"SHOW ROWS OF", "SHOW ALL ROWS OF"};
constexpr std::string_view kShorterWords[] = {"SHOW ROWS"};

FunctionCall ParseShow(TokenReader& tokens) {
  FunctionCall call{"range", {}, {}};
  call.arguments.emplace_back(tokens.TakeInteger());
  return call;
}

FunctionCall ParseShorter(TokenReader&) {
  return {"nix", {}, {}};
}

const OwnStatement kShow{"SHOW ROWS OF", "SHOW ROWS OF n", "", "", kShowWords, ParseShow};
const OwnStatement kShorter{"SHOW ROWS", "SHOW ROWS", "", "", kShorterWords, ParseShorter};

class FrontTest : public testing::Test {
 protected:
  FrontStatement Parse(const std::string& sql) {
    const Script script(sql, "x.sql");
    return front_.Parse(*connection_.context, script, script.statements().at(0));
  }
  std::string TextOf(const std::string& sql) { return Parse(sql).statements.back()->ToString(); }

  duckdb::DuckDB duckdb_{nullptr};
  duckdb::Connection connection_{duckdb_};
  Front front_{{&kShorter, &kShow}, ""};
};

TEST_F(FrontTest, TheLongestOwnStatementWins) {
  EXPECT_EQ(TextOf("show /* x */ rows\nOF 3"), "SELECT * FROM \"range\"(3)");
  EXPECT_EQ(TextOf("SHOW ALL ROWS OF 3"), "SELECT * FROM \"range\"(3)");
  EXPECT_TRUE(Parse("SHOW ROWS OF 3").own);
  try {
    Parse("SHOW ROWS OF x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.place()->column, 14);
    EXPECT_EQ(error.hint(), "The syntax is: SHOW ROWS OF n");
  }
  EXPECT_THROW(Parse("SHOW ROWS OF 3 4"), Error);
}

struct TextCase {
  const char* written;
  const char* parsed;
};

TEST_F(FrontTest, RewritesToWhatDuckdbMeans) {
  const TextCase cases[] = {
      {"SELECT `a b` FROM `t`", "SELECT \"a b\" FROM t"},
      {"SELECT * FROM t VERSION AS OF 3 x", "SELECT * FROM t AS x AT (VERSION => 3)"},
      {"SELECT * FROM b.t FOR VERSION AS OF 3 WHERE a > 1",
       "SELECT * FROM b.t AT (VERSION => 3) WHERE (a > 1)"},
      {"SELECT * FROM t TIMESTAMP AS OF '2024-01-01' AS x, u",
       "SELECT * FROM t AS x AT (TIMESTAMP => '2024-01-01') , u"},
      {"SELECT * FROM (SELECT * FROM t TIMESTAMP AS OF now() - INTERVAL 7 DAYS)",
       "SELECT * FROM (SELECT * FROM t AT (TIMESTAMP => (now() - to_days(CAST(trunc(CAST(7 AS "
       "DOUBLE)) AS INTEGER)))))"},
      {"SELECT version AS of FROM t", "SELECT \"version\" AS \"of\" FROM t"},
      {"INSERT INTO TABLE t VALUES (1)", "INSERT INTO t (VALUES (1))"},
      {"SELECT stream, t FROM stream AS s", "SELECT stream, t FROM stream AS s"},
  };
  for (const TextCase& expected : cases) {
    std::string text;
    try {
      text = TextOf(expected.written);
    } catch (const Error& error) {
      text = error.Report();
    }
    EXPECT_EQ(text, expected.parsed) << expected.written;
  }
}

TEST_F(FrontTest, VersionMustFollowATableThatIsRead) {
  EXPECT_ANY_THROW(Parse("DELETE FROM t VERSION AS OF 3"));
  EXPECT_ANY_THROW(Parse("WITH c AS (SELECT 1) SELECT * FROM c VERSION AS OF 3"));
  EXPECT_ANY_THROW(Parse("SELECT * FROM (SELECT 1) VERSION AS OF 3"));
}

TEST_F(FrontTest, TakesOverwriteOut) {
  for (const char* sql : {"INSERT OVERWRITE t SELECT 1", "INSERT OVERWRITE INTO t SELECT 1",
                          "insert overwrite table t SELECT 1",
                          "WITH x AS (SELECT 1) INSERT OVERWRITE t SELECT * FROM x"}) {
    const FrontStatement statement = Parse(sql);
    EXPECT_TRUE(statement.options.overwrite) << sql;
    EXPECT_EQ(statement.statements[0]->Cast<duckdb::InsertStatement>().table, "t");
    EXPECT_EQ(statement.statements[0]->query, sql);
  }
  EXPECT_FALSE(Parse("INSERT INTO t SELECT 1").options.overwrite);
}

TEST_F(FrontTest, TakesTableClausesOut) {
  const FrontStatement statement = Parse(
      "CREATE OR REPLACE TABLE t USING DELTA PARTITIONED BY (a)\n"
      "TBLPROPERTIES ('delta.appendOnly' = 'true', a.b=3, c 'x') LOCATION '/x/y'\n"
      "AS SELECT 1 AS a");
  EXPECT_EQ(statement.options.using_format, "DELTA");
  EXPECT_EQ(statement.options.location, "/x/y");
  const std::map<std::string, std::string> expected = {
      {"delta.appendOnly", "true"}, {"a.b", "3"}, {"c", "x"}};
  EXPECT_EQ(statement.options.table_properties, expected);
}

TEST_F(FrontTest, ATableMayBearTheNameOfAClause) {
  for (const char* sql :
       {"CREATE TABLE b.location (a INT)", "CREATE TABLE IF NOT EXISTS location (a INT)",
        "CREATE TABLE tblproperties AS SELECT 1 AS a"}) {
    const StatementOptions options = Parse(sql).options;
    EXPECT_FALSE(options.location || options.using_format) << sql;
  }
}

TEST_F(FrontTest, ManySignsNeedNoStack) {
  std::string sql = "SELECT * FROM t VERSION AS OF ";
  for (int i = 0; i < 300'000; ++i) {
    sql += "+ ";
  }
  EXPECT_ANY_THROW(Parse(sql));
}

TEST_F(FrontTest, ABrokenClauseIsPlaced) {
  for (const char* sql :
       {"CREATE TABLE t (a INT) TBLPROPERTIES 'x'", "CREATE TABLE t (a INT) TBLPROPERTIES ('x' =)",
        "CREATE TABLE t (a INT) TBLPROPERTIES ('x' = 1, 'x' = 2)",
        "CREATE TABLE t (a INT) LOCATION x", "CREATE TABLE t (a INT) USING DELTA USING DELTA",
        "CREATE TABLE t (a INT) TBLPROPERTIES ('x' = 1"}) {
    try {
      Parse(sql);
      FAIL() << sql;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "sql.syntax");
      EXPECT_GT(error.place()->column, 24) << sql;
    }
  }
}

struct StreamCase {
  const char* sql;
  std::vector<size_t> offsets;
};

TEST_F(FrontTest, FindsStreams) {
  const StreamCase cases[] = {
      {"SELECT * FROM STREAM bronze.t", {21}},
      {"SELECT * FROM STREAM(t) x", {21}},
      {"SELECT * FROM STREAM range(3)", {21}},
      {"SELECT * FROM a JOIN STREAM b ON a.x = b.x, STREAM c", {28, 51}},
      {"SELECT a, stream b FROM t", {}},
      {"SELECT * FROM stream", {}},
      {"SELECT * FROM stream WHERE a", {}},
      {"SELECT * FROM (SELECT a, stream x FROM STREAM t)", {46}},
  };
  for (const StreamCase& expected : cases) {
    EXPECT_EQ(Parse(expected.sql).options.stream_relations, expected.offsets) << expected.sql;
  }
}

TEST_F(FrontTest, RefusesPipelineStatements) {
  for (const char* sql :
       {"CREATE STREAMING TABLE t AS SELECT 1", "CREATE OR REFRESH STREAMING TABLE t AS SELECT 1",
        "CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE FLOW f AS INSERT INTO t SELECT 1",
        "CREATE OR REPLACE PRIVATE MATERIALIZED VIEW v AS SELECT 1"}) {
    try {
      Parse(sql);
      FAIL() << sql;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "sql.pipeline_statement");
    }
  }
}

TEST_F(FrontTest, RefusesNulBytes) {
  EXPECT_THROW(Parse(std::string("SELECT 1 \0 + 1", 14)), Error);
}

}  // namespace
}  // namespace laguna::engine
