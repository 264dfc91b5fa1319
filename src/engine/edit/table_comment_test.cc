// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

using Comments = std::vector<std::pair<std::string, std::string>>;

struct CommentCase {
  std::string sql;
  std::optional<std::string> table;
  Comments columns;
};

TEST(TableComment, IsTakenOutOfTableAndColumns) {
  const CommentCase cases[] = {
      {"CREATE TABLE b.t (a INT COMMENT 'x', \"b c\" STRING NOT NULL COMMENT 'it''s')",
       std::nullopt,
       {{"a", "x"}, {"b c", "it's"}}},
      {"CREATE OR REPLACE TABLE t (a INT) USING DELTA COMMENT 'all' PARTITIONED BY (a)", "all", {}},
      {"CREATE TABLE IF NOT EXISTS comment COMMENT 'q' AS SELECT 1 AS comment", "q", {}},
      {"CREATE TABLE t (comment VARCHAR, CHECK (comment <> 'x'), a DECIMAL(9, 2) COMMENT 'money')",
       std::nullopt,
       {{"a", "money"}}},
      {"CREATE TABLE t (a VARCHAR DEFAULT 'COMMENT')", std::nullopt, {}},
      {"CREATE TABLE t AS SELECT 1 AS x", std::nullopt, {}},
      {"SELECT comment 'x'", std::nullopt, {}},
  };
  for (const CommentCase& test : cases) {
    const Script script(test.sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    EditTableComment(statement);
    EXPECT_EQ(statement.options.table_comment, test.table) << test.sql;
    EXPECT_EQ(statement.options.column_comments, test.columns) << test.sql;
    EXPECT_EQ(statement.text().size(), test.sql.size());
  }
}

TEST(TableComment, RefusesClausesOfOtherFormatsByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE TABLE t (a INT) CLUSTERED BY (a) INTO 4 BUCKETS", "CLUSTERED BY"},
      {"CREATE TABLE t (a INT) USING DELTA CLUSTER BY (a)", "CLUSTER BY"},
      {"CREATE TABLE t USING DELTA OPTIONS ('a' = 'b') AS SELECT 1 AS a", "OPTIONS"},
      {"CREATE TABLE t (a INT) STORED AS ORC", "STORED AS"},
      {"CREATE TABLE t (a INT) ROW FORMAT DELIMITED", "ROW FORMAT"},
      {"CREATE TABLE t (a INT) COMMENT 'x' COMMENT 'y'", "COMMENT stands twice"},
  };
  for (const auto& [sql, named] : cases) {
    const Script script(sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    try {
      EditTableComment(statement);
      FAIL() << sql;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "sql.syntax");
      EXPECT_NE(error.sentence().find(named), std::string::npos) << error.sentence();
      EXPECT_GT(error.place()->column, 14u) << sql;
    }
  }
}

}  // namespace
}  // namespace laguna::engine
