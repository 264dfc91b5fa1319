// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

using base::Error;
using Name = std::vector<std::string>;

class BindTest : public testing::Test {
 protected:
  void SetUp() override {
    session_.Run(
        "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER, b VARCHAR);"
        "CREATE TABLE u (a INTEGER); CREATE VIEW v AS SELECT * FROM s.t");
  }
  BoundQuery Bind(const std::string& sql) {
    const Script script(sql, "x.sql");
    return session_.Bind(script, script.statements().at(0));
  }

  Database database_{DatabaseConfig{}};
  Session session_{database_};
};

TEST_F(BindTest, TellsColumnsAndRelations) {
  const BoundQuery query = Bind("SELECT t.a + 1 AS x, b FROM S.T JOIN STREAM u USING (a)");
  ASSERT_EQ(query.columns.size(), 2U);
  EXPECT_EQ(query.columns[0].name, "x");
  EXPECT_EQ(query.columns[0].type, "INTEGER");
  EXPECT_EQ(query.columns[1].type, "VARCHAR");
  ASSERT_EQ(query.relations.size(), 2U);
  EXPECT_EQ(query.relations[0].qualified_name, (Name{"memory", "s", "t"}));
  EXPECT_EQ(query.relations[0].offset, 28U);
  EXPECT_FALSE(query.relations[0].streaming);
  EXPECT_EQ(query.relations[1].qualified_name, (Name{"memory", "main", "u"}));
  EXPECT_TRUE(query.relations[1].streaming);
}

TEST_F(BindTest, FollowsViewsAndSubqueriesButNotCommonTableExpressions) {
  const BoundQuery query =
      Bind("WITH u AS (SELECT 1 AS a) SELECT * FROM v, u WHERE v.a IN (SELECT x.a FROM main.u x)");
  ASSERT_EQ(query.relations.size(), 3U);
  EXPECT_EQ(query.relations[0].qualified_name, (Name{"memory", "main", "u"}));
  EXPECT_EQ(query.relations[1].qualified_name, (Name{"memory", "main", "v"}));
  EXPECT_EQ(query.relations[2].qualified_name, (Name{"memory", "s", "t"}));
  EXPECT_FALSE(query.relations[2].offset);
}

TEST_F(BindTest, SeesTableFunctions) {
  const BoundQuery query = Bind("SELECT * FROM STREAM range(3)");
  ASSERT_EQ(query.relations.size(), 1U);
  EXPECT_EQ(query.relations[0].qualified_name, Name{"range"});
  EXPECT_TRUE(query.relations[0].function);
  EXPECT_TRUE(query.relations[0].streaming);
}

TEST_F(BindTest, FailsAsRunDoesAndRunsNothing) {
  try {
    Bind("SELECT\n nix FROM u");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "sql.column_not_found");
    EXPECT_EQ(error.place()->line, 2);
  }
  EXPECT_FALSE(session_.in_transaction());
}

class EvaluateTest : public testing::Test {
 protected:
  Value Evaluate(const std::string& expression, const NamedValues& values = {}) {
    return session_.Evaluate(expression, values);
  }
  Database database_{DatabaseConfig{}};
  Session session_{database_};
};

TEST_F(EvaluateTest, SeesNamedValues) {
  const NamedValues values = {
      {"params", ValueStruct{{"day", Typed{"DATE", "2024-01-31"}}, {"names", ValueList{"a", "b"}}}},
      {"n", 3},
      {"nothing", Null{}},
      {"empty", ValueStruct{}}};
  EXPECT_EQ(Evaluate("1 + 1"), Value(2));
  EXPECT_EQ(Evaluate("strftime(params.day, '%Y/%m/%d')", values), Value("2024/01/31"));
  EXPECT_EQ(Evaluate("params.day + 1", values), Value(Typed{"DATE", "2024-02-01"}));
  EXPECT_EQ(Evaluate("len(params.names) = n - 1", values), Value(true));
  EXPECT_EQ(Evaluate("nothing", values), Value());
  EXPECT_EQ(Evaluate("[n, n]", values), Value(ValueList{3, 3}));
  EXPECT_EQ(Evaluate("x", {{"x", "'; DROP TABLE t; --"}}), Value("'; DROP TABLE t; --"));
}

TEST_F(EvaluateTest, RefusesWhatIsNotOneExpression) {
  session_.Run("CREATE TABLE t (a INTEGER)");
  for (const char* text :
       {"", "1, 2", "1 FROM t", "(SELECT 1)", "1 + (SELECT a FROM t)", "exists(FROM t)", "*",
        "1; DROP TABLE t", "unnest([1, 2])", "1 UNION SELECT 2", "1 WHERE false", "1 LIMIT 0"}) {
    EXPECT_THROW(Evaluate(text), Error) << text;
  }
}

TEST_F(EvaluateTest, PlacesErrorsInTheExpression) {
  try {
    Evaluate("1 + nix");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.place()->column, 5);
    EXPECT_EQ(error.place()->excerpt, "1 + nix");
  }
}

}  // namespace
}  // namespace laguna::engine
