// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition_parser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline/lake_for_test.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using ingest::OnViolation;

Definition Parsed(const std::string& text) {
  std::vector<Error> errors;
  std::vector<Definition> definitions = DefinitionsForTest({text}, errors);
  for (const Error& error : errors) ADD_FAILURE() << error.Report();
  EXPECT_EQ(definitions.size(), 1U);
  return definitions.empty() ? Definition{} : definitions.front();
}

TEST(DefinitionParser, ReadsEveryClause) {
  const Definition definition = Parsed(R"(-- sales, cleaned
CREATE OR REFRESH STREAMING TABLE lake.silver.sales (
  CONSTRAINT has_invoice EXPECT (invoice_no IS NOT NULL) ON VIOLATION QUARANTINE,
  CONSTRAINT positive EXPECT (quantity > 0 AND (price > 0 OR gift)) ON VIOLATION DROP ROW,
  CONSTRAINT "known day" EXPECT (day IN ('a', ')')) ON VIOLATION FAIL UPDATE,
  constraint sane expect (price < 100000)
)
USING DELTA
PARTITIONED BY (day, "Coun try")
COMMENT 'It''s clean'
TBLPROPERTIES ('DELTA.appendonly' = 'TRUE', owner = 'me', delta.logRetentionDuration = 'interval 1 day',
               size = 3, small = false)
AS SELECT * FROM STREAM bronze.sales;)");
  EXPECT_EQ(definition.kind, TableKind::kStreamingTable);
  const ingest::TableDefinition& table = definition.table;
  EXPECT_EQ(table.table, "silver.sales");
  EXPECT_EQ(table.comment, "It's clean");
  EXPECT_EQ(table.partition_by, (std::vector<std::string>{"day", "Coun try"}));
  EXPECT_EQ(table.properties,
            (std::map<std::string, std::string>{{"delta.appendOnly", "true"},
                                                {"delta.logRetentionDuration", "interval 1 day"},
                                                {"owner", "me"},
                                                {"size", "3"},
                                                {"small", "false"}}));
  EXPECT_EQ(table.query.text, "SELECT * FROM STREAM bronze.sales");
  EXPECT_EQ(table.query.tokens.front().text, "SELECT");
  EXPECT_EQ(table.script->PlaceOf(table.query.offset).line, 13);
  EXPECT_EQ(definition.place().line, 2);
  EXPECT_EQ(definition.place().column, 35);
  EXPECT_EQ(definition.place().length, 17);
  EXPECT_EQ(definition.PlaceOf(definition.partition_places[1]).line, 9);
  EXPECT_TRUE(definition.text.starts_with("CREATE OR REFRESH"));
  EXPECT_TRUE(definition.text.ends_with("bronze.sales"));
}

TEST(DefinitionParser, ReadsExpectationsWithTheirPlaces) {
  const Definition definition = Parsed(R"(CREATE STREAMING TABLE silver.t (
  CONSTRAINT a EXPECT (x > 0) ON VIOLATION QUARANTINE,
  CONSTRAINT b EXPECT (y IN (1, 2)) ON VIOLATION DROP ROW,
  CONSTRAINT c EXPECT (z) ON VIOLATION FAIL UPDATE,
  CONSTRAINT d EXPECT (lower(w) = ')')) AS FROM STREAM bronze.t)");
  struct Expected {
    std::string name;
    std::string condition;
    OnViolation on_violation;
  };
  const Expected expected[] = {{"a", "x > 0", OnViolation::kQuarantine},
                               {"b", "y IN (1, 2)", OnViolation::kDropRow},
                               {"c", "z", OnViolation::kFail},
                               {"d", "lower(w) = ')'", OnViolation::kKeep}};
  const auto& checks = definition.table.checks;
  ASSERT_EQ(checks.size(), std::size(expected));
  for (size_t i = 0; i < checks.size(); ++i) {
    EXPECT_EQ(checks[i].name, expected[i].name);
    EXPECT_EQ(checks[i].condition, expected[i].condition);
    EXPECT_EQ(checks[i].on_violation, expected[i].on_violation);
    const base::Place place = definition.table.script->PlaceOf(checks[i].offset);
    EXPECT_EQ(place.line, static_cast<int>(i) + 2);
    EXPECT_EQ(place.column, 24);
  }
}

TEST(DefinitionParser, TakesEverySpellingOfTheKinds) {
  struct Case {
    std::string begin;
    TableKind kind;
  };
  const Case cases[] = {
      {"CREATE STREAMING TABLE", TableKind::kStreamingTable},
      {"create or refresh streaming table", TableKind::kStreamingTable},
      {"CREATE MATERIALIZED VIEW", TableKind::kMaterializedView},
      {"CREATE OR REFRESH MATERIALIZED VIEW", TableKind::kMaterializedView},
      {"CREATE OR REPLACE MATERIALIZED VIEW", TableKind::kMaterializedView},
  };
  for (const Case& one : cases) {
    const Definition definition = Parsed(one.begin + " BRONZE.T AS (SELECT 1 AS a)");
    EXPECT_EQ(definition.kind, one.kind) << one.begin;
    EXPECT_EQ(definition.table.table, "bronze.T") << "the zone is written as in laguna.yaml";
    EXPECT_TRUE(definition.table.checks.empty());
  }
}

TEST(DefinitionParser, TakesEveryKindOfQuery) {
  for (const std::string query :
       {"SELECT 1 a", "FROM bronze.t", "WITH x AS (SELECT 1 a) FROM x", "VALUES (1)",
        "(SELECT 1 a)", "TABLE bronze.t", "PIVOT bronze.t ON a USING sum(b)"}) {
    EXPECT_EQ(Parsed("CREATE MATERIALIZED VIEW Gold.v COMMENT '' AS " + query).table.query.text,
              query);
  }
}

TEST(DefinitionParser, QuotesPartsOfNames) {
  EXPECT_EQ(Parsed(R"(CREATE MATERIALIZED VIEW `gold`."my view" AS SELECT 1 a)").table.table,
            "Gold.my view");
}

struct Refusal {
  std::string text;
  base::ErrorKind kind;
  // Part of what the error says, sentence or hint.
  std::string says;
  int line;
  int column;
};

constexpr base::ErrorKind kInput = base::ErrorKind::kInvalidInput;
constexpr base::ErrorKind kNotYet = base::ErrorKind::kUnsupported;

TEST(DefinitionParser, RefusesWithPlaceAndHint) {
  const Refusal refusals[] = {
      // Statements that define no table of ours.
      {"SELECT 1", kInput, "cannot run SELECT", 1, 1},
      {"INSERT INTO bronze.t VALUES (1)", kInput, "CREATE STREAMING TABLE", 1, 1},
      {"CREATE TABLE bronze.t (a INT)", kInput, "CREATE TABLE does not belong", 1, 8},
      {"CREATE VIEW bronze.t AS SELECT 1", kInput, "CREATE MATERIALIZED VIEW", 1, 8},
      {"CREATE TEMPORARY VIEW v AS SELECT 1", kNotYet, "CREATE TEMPORARY VIEW is not there", 1, 8},
      {"CREATE TEMP VIEW v AS SELECT 1", kNotYet, "CREATE TEMPORARY VIEW is not there", 1, 8},
      {"CREATE PRIVATE MATERIALIZED VIEW v AS SELECT 1", kNotYet, "Leave PRIVATE out", 1, 8},
      {"CREATE FLOW f AS AUTO CDC INTO silver.t", kNotYet, "CREATE FLOW is not there yet", 1, 8},
      {"CREATE SINK s", kNotYet, "CREATE SINK", 1, 8},
      {"CREATE LIVE TABLE t AS SELECT 1", kInput, "CREATE MATERIALIZED VIEW", 1, 8},
      {"APPLY CHANGES INTO silver.t", kNotYet, "AUTO CDC", 1, 1},
      {"CREATE SOMETHING", kInput, "Expected STREAMING TABLE or MATERIALIZED VIEW", 1, 8},
      {"CREATE", kInput, "the statement ends", 1, 7},
      // Names.
      {"CREATE STREAMING TABLE t AS FROM x", kInput, "does not say its zone", 1, 24},
      {"CREATE STREAMING TABLE bronz.t AS FROM x", kInput, "Did you mean 'bronze'?", 1, 24},
      {"CREATE STREAMING TABLE landing.t AS FROM x", kInput, "is a zone of files", 1, 24},
      {"CREATE STREAMING TABLE other.bronze.t AS FROM x", kInput, "does not say its zone", 1, 24},
      {"CREATE STREAMING TABLE bronze._t AS FROM x", kInput, "cannot be a table's name", 1, 24},
      {"CREATE STREAMING TABLE bronze.\"a.b\" AS FROM x", kInput, "cannot be a table's", 1, 24},
      {"CREATE STREAMING TABLE bronze.t__errors AS FROM x", kInput, "side tables", 1, 24},
      {"CREATE STREAMING TABLE IF NOT EXISTS bronze.t AS FROM x", kInput, "IF NOT EXISTS", 1, 24},
      {"CREATE OR REPLACE STREAMING TABLE bronze.t AS FROM x", kInput, "--full-refresh", 1, 8},
      // The list.
      {"CREATE STREAMING TABLE bronze.t (a INTEGER COMMENT 'x') AS FROM x", kNotYet, "Column lists",
       1, 34},
      {"CREATE STREAMING TABLE bronze.t (PRIMARY KEY (a)) AS FROM x", kNotYet, "PRIMARY", 1, 34},
      {"CREATE STREAMING TABLE bronze.t (CONSTRAINT a CHECK (b)) AS FROM x", kNotYet,
       "CHECK constraints", 1, 47},
      {"CREATE STREAMING TABLE bronze.t () AS FROM x", kInput, "Expected CONSTRAINT", 1, 34},
      {"CREATE STREAMING TABLE bronze.t (CONSTRAINT a EXPECT b) AS FROM x", kInput, "Expected '('",
       1, 54},
      {"CREATE STREAMING TABLE bronze.t (CONSTRAINT a EXPECT ()) AS FROM x", kInput,
       "Expected an expression", 1, 55},
      {"CREATE STREAMING TABLE bronze.t (CONSTRAINT a EXPECT (b) ON VIOLATION IGNORE) AS FROM x",
       kInput, "DROP ROW, FAIL UPDATE or QUARANTINE", 1, 71},
      {"CREATE STREAMING TABLE bronze.t (CONSTRAINT a EXPECT (b),\nCONSTRAINT A EXPECT (c)) AS "
       "FROM x",
       kInput, "Two expectations are called 'A'", 2, 12},
      // Clauses.
      {"CREATE STREAMING TABLE bronze.t CLUSTER BY (a) AS FROM x", kNotYet, "CLUSTER", 1, 33},
      {"CREATE STREAMING TABLE bronze.t LOCATION 'x' AS FROM x", kNotYet, "LOCATION", 1, 33},
      {"CREATE STREAMING TABLE bronze.t PARTITIONED BY (a, A) AS FROM x", kInput, "twice", 1, 52},
      {"CREATE STREAMING TABLE bronze.t PARTITIONED BY (year(d)) AS FROM x", kInput,
       "Expected ',' or ')'", 1, 53},
      {"CREATE STREAMING TABLE bronze.t COMMENT 'a' COMMENT 'b' AS FROM x", kInput,
       "COMMENT stands here twice", 1, 45},
      {"CREATE STREAMING TABLE bronze.t TBLPROPERTIES ('laguna.x' = 'y') AS FROM x", kInput,
       "written by Laguna itself", 1, 48},
      {"CREATE STREAMING TABLE bronze.t TBLPROPERTIES (a = 1, a = 2) AS FROM x", kInput,
       "'a' is set twice", 1, 55},
      {"CREATE STREAMING TABLE bronze.t TBLPROPERTIES (delta.appendOnly = true, Delta.appendonly "
       "= true) AS FROM x",
       kInput, "is set twice", 1, 73},
      {"CREATE STREAMING TABLE bronze.t TBLPROPERTIES ('delta.apendOnly' = 'true') AS FROM x",
       kInput, "Did you mean 'delta.appendOnly'?", 1, 48},
      {"CREATE STREAMING TABLE bronze.t TBLPROPERTIES ('delta.targetFileSize' = '0') AS FROM x",
       kInput, "of bronze.t cannot be '0'", 1, 48},
      {"CREATE STREAMING TABLE bronze.t USING PARQUET AS FROM x", kInput, "Expected DELTA", 1, 39},
      {"CREATE STREAMING TABLE bronze.t", kInput, "PARTITIONED BY, COMMENT", 1, 32},
      // The query.
      {"CREATE STREAMING TABLE bronze.t AS", kInput, "Expected a query", 1, 35},
      {"CREATE STREAMING TABLE bronze.t AS DELETE FROM x", kInput, "Expected a query", 1, 36},
      {"CREATE STREAMING TABLE bronze.t AS SELECT 'x", kInput, "never closed", 1, 43},
  };
  for (const Refusal& refusal : refusals) {
    std::vector<Error> errors;
    EXPECT_TRUE(DefinitionsForTest({refusal.text}, errors).empty()) << refusal.text;
    ASSERT_EQ(errors.size(), 1U) << refusal.text;
    const Error& error = errors.front();
    EXPECT_EQ(error.kind(), refusal.kind) << error.Report();
    const std::string said = error.sentence() + " " + error.hint();
    EXPECT_NE(said.find(refusal.says), std::string::npos) << error.Report();
    ASSERT_TRUE(error.place().has_value()) << error.Report();
    EXPECT_EQ(error.place()->file, "1.sql");
    EXPECT_EQ(fmt::format("{}:{}", error.place()->line, error.place()->column),
              fmt::format("{}:{}", refusal.line, refusal.column))
        << error.Report();
  }
}

TEST(PipelineFiles, TwoDefinitionsOfOneTableNameBothPlaces) {
  std::vector<Error> errors;
  const auto definitions = DefinitionsForTest({"CREATE MATERIALIZED VIEW Gold.v AS SELECT 1 a;",
                                               "\nCREATE MATERIALIZED VIEW gold.V AS SELECT 2 a;"},
                                              errors);
  ASSERT_EQ(definitions.size(), 1U);
  EXPECT_EQ(definitions[0].table.query.text, "SELECT 1 a");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].sentence().find("1.sql:1:26"), std::string::npos) << errors[0].Report();
  EXPECT_EQ(errors[0].place()->file, "2.sql");
  EXPECT_EQ(errors[0].place()->line, 2);
}

TEST(PipelineFiles, OneBrokenStatementHidesNoOther) {
  std::vector<Error> errors;
  const auto definitions = DefinitionsForTest({"CREATE FLOW x; CREATE MATERIALIZED VIEW gold.a AS "
                                               "SELECT 1 a; DROP TABLE y;",
                                               "CREATE MATERIALIZED VIEW gold.b AS SELECT 1 a"},
                                              errors);
  EXPECT_EQ(definitions.size(), 2U);
  EXPECT_EQ(errors.size(), 2U);
}

}  // namespace
}  // namespace laguna::pipeline
