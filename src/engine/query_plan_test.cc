// SPDX-License-Identifier: Apache-2.0
// Session::Mentions, RunQuery and Bind with a plan.
#include <gtest/gtest.h>

#include <string>

#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

using base::Error;
using Name = std::vector<std::string>;

class QueryPlanTest : public testing::Test {
 protected:
  const ScriptStatement& Parse(const std::string& sql) {
    script_ = std::make_unique<Script>(sql, "x.sql");
    return script_->statements().at(0);
  }
  std::vector<RelationMention> Mentions(const std::string& sql) {
    const ScriptStatement& statement = Parse(sql);
    return session_.Mentions(*script_, statement);
  }
  // The expressions stand in a comment-free head: "head | query".
  std::string Run(const ScriptStatement& query, const QueryPlan& plan) {
    Result result = session_.RunQuery(*script_, query, plan);
    std::string text;
    for (const auto& row : result.Drain()) {
      text += text.empty() ? "" : "|";
      for (size_t i = 0; i < row.size(); ++i) {
        text += (i == 0 ? "" : ",") + row[i].ToText();
      }
    }
    return text;
  }
  Error Failure(const ScriptStatement& query, const QueryPlan& plan) {
    try {
      Run(query, plan);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(base::ErrorKind::kInternal, "", "");
  }
  std::string TextOf(const std::string& sql) {
    const ScriptStatement& statement = Parse(sql);
    return Run(statement, {});
  }

  Database database_{DatabaseConfig{}};
  Session session_{database_};
  std::unique_ptr<Script> script_;
};

TEST_F(QueryPlanTest, MentionsNameWhatDoesNotExist) {
  const auto mentions = Mentions(
      "WITH c AS (FROM a.b) SELECT * FROM STREAM x.\"y z\" t, c, "
      "STREAM read_files('landing/' || 'x', format => 'csv', types = {'a': 'INT'}), range(3)");
  ASSERT_EQ(mentions.size(), 4U);
  EXPECT_EQ(mentions[0].name, (Name{"a", "b"}));
  EXPECT_FALSE(mentions[0].streaming);
  EXPECT_EQ(mentions[1].name, (Name{"x", "y z"}));
  EXPECT_TRUE(mentions[1].streaming);
  EXPECT_FALSE(mentions[1].call);
  EXPECT_EQ(mentions[2].name, (Name{"read_files"}));
  ASSERT_TRUE(mentions[2].call);
  EXPECT_EQ(mentions[2].call->arguments, (ValueList{"landing/x"}));
  EXPECT_EQ(mentions[2].call->named.at("format"), Value("csv"));
  EXPECT_EQ(mentions[2].call->named.at("types"), Value(ValueStruct{{"a", "INT"}}));
  EXPECT_EQ(mentions[3].name, (Name{"range"}));
  EXPECT_FALSE(mentions[3].streaming);
}

TEST_F(QueryPlanTest, AnArgumentOfASourceHasToBeConstant) {
  EXPECT_THROW(Mentions("SELECT * FROM STREAM read_files((SELECT 'x'))"), Error);
}

TEST_F(QueryPlanTest, ReplacesRelationsUnderTheirNames) {
  session_.Run("CREATE TEMP TABLE batch AS SELECT 1 AS a UNION ALL SELECT 2");
  const ScriptStatement& query =
      Parse("SELECT sales.a, f.a FROM STREAM bronze.sales JOIN STREAM read_files('x') f USING (a)");
  const auto mentions = session_.Mentions(*script_, query);
  const QueryPlan plan{
      .replacements = {{mentions[0].offset, "batch"}, {mentions[1].offset, "batch"}}};
  EXPECT_EQ(Run(query, plan), "1,1|2,2");
  EXPECT_EQ(session_.Bind(*script_, query, plan).columns.size(), 2U);
}

TEST_F(QueryPlanTest, AStreamThatIsNotReplacedIsRefused) {
  const ScriptStatement& query = Parse("SELECT * FROM STREAM t");
  EXPECT_EQ(Failure(query, {}).code(), "sql.stream_outside_pipeline");
}

TEST_F(QueryPlanTest, AddsColumnsWithTruePlaces) {
  const ScriptStatement& whole = Parse("CREATE xx CONSTRAINT (a > 1) (nope > 1) AS SELECT 1 AS a");
  ScriptStatement query;
  const size_t at = script_->text().find("SELECT");
  query.offset = at;
  query.text = std::string_view(script_->text()).substr(at);
  for (const Token& token : whole.tokens) {
    if (token.offset >= at) {
      query.tokens.push_back(token);
    }
  }
  const auto column = [&](const std::string& expression) {
    const size_t offset = script_->text().find(expression);
    return AddedColumn{"check", std::string_view(script_->text()).substr(offset, expression.size()),
                       offset};
  };
  EXPECT_EQ(Run(query, {.added_columns = {column("a > 1")}}), "1,false");
  const Error error = Failure(query, {.added_columns = {column("nope > 1")}});
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->column, 31);
  EXPECT_EQ(error.place()->file, "x.sql");
}

TEST_F(QueryPlanTest, AnAddedColumnIsOneExpression) {
  const ScriptStatement& query = Parse("SELECT 1 AS a");
  for (const char* expression : {"1, 2", "1 FROM t", "1; SELECT 2", "1 LIMIT 0"}) {
    EXPECT_THROW(Run(query, {.added_columns = {{"x", expression, 0}}}), Error) << expression;
  }
}

TEST_F(QueryPlanTest, SendsRowsToTheirTarget) {
  using Kind = QueryTarget::Kind;
  session_.Run("CREATE TABLE t (a INTEGER, b INTEGER)");
  Run(Parse("SELECT 1 AS b"), {.target = QueryTarget{Kind::kInsert, {"t"}}});
  EXPECT_EQ(TextOf("FROM t"), "NULL,1");
  for (const Kind kind : {Kind::kTemporaryTable, Kind::kTemporaryView}) {
    for (int i = 0; i < 2; ++i) {
      Run(Parse("SELECT 7 AS z"), {.target = QueryTarget{kind, {"made"}}});
      EXPECT_EQ(TextOf("FROM temp.made"), "7");
    }
    session_.Run(kind == Kind::kTemporaryTable ? "DROP TABLE made" : "DROP VIEW made");
  }
}

}  // namespace
}  // namespace laguna::engine
