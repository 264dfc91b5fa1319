// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

using base::Error;

StatementOptions Edit(const std::string& sql, std::string* text = nullptr) {
  const Script script(sql, "x.sql");
  EditedStatement statement(script, script.statements().at(0));
  EditBackQuotedNames(statement);
  EditSchemaEvolution(statement);
  EditChangedColumns(statement);
  if (text != nullptr) *text = statement.text();
  return statement.options;
}

// "M:a,t.b" is WHEN MATCHED [AND ...] setting a and t.b; N and S are the other kinds, ? marks a
// condition and * a star.
std::string Outline(const std::string& sql) {
  std::string outline;
  for (const ChangeClause& clause : Edit(sql).change_clauses) {
    outline += outline.empty() ? "" : " ";
    outline += "MNS"[static_cast<size_t>(clause.rows)];
    outline += clause.conditional ? "?" : "";
    outline += clause.star ? "*" : "";
    for (size_t i = 0; i < clause.columns.size(); ++i) {
      outline += fmt::format("{}{}", i == 0 ? ":" : ",", fmt::join(clause.columns[i].path, "."));
    }
  }
  return outline;
}

struct OutlineCase {
  const char* sql;
  const char* outline;
};

TEST(ChangedColumns, AreFoundInUpdate) {
  const OutlineCase cases[] = {
      {"UPDATE t SET a = 1", "M:a"},
      {"UPDATE lake.b.t AS x SET x.a = 1, s.f.g = x.s.f.h, \"q r\".`u` = 2 WHERE a = b, c = d",
       "M:x.a,s.f.g,q r.u"},
      {"UPDATE set SET a = CASE WHEN b THEN c, d ELSE e END, f = g", "M:a,f"},
      {"UPDATE t SET a = b IS DISTINCT FROM c, d = 1 FROM u, v WHERE x = y", "M:a,d"},
      {"UPDATE t SET (a, t.b) = (1, 2), c = [1, 2], d = {'x': 1, 'y': 2}", "M:a,t.b,c,d"},
      {"WITH x AS (UPDATE u SET k = 1) UPDATE t SET t.a = 1 RETURNING b, c", "M:t.a"},
      {"EXPLAIN ANALYZE UPDATE t SET t.a = 1", "M:t.a"},
      {"PREPARE q AS UPDATE t SET t.a = $1", "M:t.a"},
      {"SELECT 1", ""},
      {"INSERT INTO t VALUES (1)", ""},
  };
  for (const OutlineCase& expected : cases) {
    EXPECT_EQ(Outline(expected.sql), expected.outline) << expected.sql;
  }
}

TEST(ChangedColumns, AreFoundInMerge) {
  const std::string head = "MERGE INTO t USING s ON CASE WHEN t.k THEN s.k ELSE true END ";
  const OutlineCase cases[] = {
      {"WHEN MATCHED THEN UPDATE SET *", "M*"},
      {"WHEN MATCHED THEN UPDATE WHEN NOT MATCHED THEN INSERT", "M* N*"},
      {"WHEN MATCHED THEN UPDATE BY NAME WHEN NOT MATCHED THEN INSERT BY POSITION", "M N"},
      {"WHEN MATCHED AND CASE WHEN a THEN b END THEN DELETE WHEN MATCHED THEN UPDATE SET "
       "a = CASE WHEN x THEN y END, t.b = 2 WHEN NOT MATCHED THEN INSERT (t.k, `v`) VALUES (1, 2)",
       "M? M:a,t.b N:t.k,v"},
      {"WHEN NOT MATCHED BY TARGET AND x THEN INSERT * WHEN NOT MATCHED BY SOURCE AND y THEN "
       "UPDATE "
       "SET a = 1 WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING merge_action, a",
       "N?* S?:a S"},
      {"WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN ERROR", "M N"},
      {"WHEN NOT MATCHED THEN INSERT DEFAULT VALUES", "N"},
      {"WHEN NOT MATCHED THEN INSERT VALUES (1, 2)", "N"},
  };
  for (const OutlineCase& expected : cases) {
    EXPECT_EQ(Outline(head + expected.sql), expected.outline) << expected.sql;
  }
}

TEST(ChangedColumns, LeaveAPlaceholderForTheParser) {
  std::string text;
  const StatementOptions options = Edit("UPDATE t SET t.s . f = 1, v=2", &text);
  EXPECT_EQ(text, "UPDATE t SET t       = 1, v=2");
  EXPECT_EQ(options.change_clauses[0].columns[0].offset, 13U);
  EXPECT_EQ(options.change_clauses[0].columns[1].offset, 26U);
}

TEST(ChangedColumns, ElementsOfListsAreRefused) {
  try {
    Edit("UPDATE t SET a[1] = 2");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "sql.syntax");
    EXPECT_EQ(error.place()->column, 15);
  }
}

TEST(ChangedColumns, AClauseThatNoRowReachesIsRefused) {
  for (const char* clauses :
       {"WHEN MATCHED THEN DELETE WHEN MATCHED AND x THEN UPDATE SET *",
        "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT * WHEN MATCHED THEN DELETE",
        "WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY TARGET AND x THEN INSERT *",
        "WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED BY SOURCE AND y THEN DELETE"}) {
    const std::string sql = std::string("MERGE INTO t USING s ON true ") + clauses;
    try {
      Edit(sql);
      FAIL() << clauses;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "sql.syntax");
      EXPECT_EQ(static_cast<size_t>(error.place()->column), sql.rfind("WHEN") + 1) << clauses;
    }
  }
}

TEST(SchemaEvolution, IsTakenOut) {
  for (const char* sql :
       {"MERGE WITH SCHEMA EVOLUTION INTO t USING s ON true WHEN MATCHED THEN DELETE",
        "INSERT WITH SCHEMA EVOLUTION INTO t SELECT 1",
        "WITH x AS (SELECT 1) insert with schema evolution into t FROM x"}) {
    std::string text;
    EXPECT_TRUE(Edit(sql, &text).schema_evolution) << sql;
    EXPECT_EQ(text.find("EVOLUTION"), std::string::npos) << sql;
  }
  EXPECT_FALSE(Edit("INSERT INTO t WITH schema AS (SELECT 1) FROM schema").schema_evolution);
  EXPECT_THROW(Edit("INSERT WITH SCHEMA INTO t SELECT 1"), Error);
}

}  // namespace
}  // namespace laguna::engine
