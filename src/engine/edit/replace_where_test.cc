// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

EditedStatement Edited(const Script& script) {
  EditedStatement statement(script, script.statements().at(0));
  EditInsertOverwrite(statement);
  EditReplaceWhere(statement);
  return statement;
}

struct ReplaceCase {
  std::string sql;
  // Empty: the clause is not there.
  std::string condition;
};

TEST(ReplaceWhere, EndsWhereTheQueryBegins) {
  const ReplaceCase cases[] = {
      {"INSERT INTO t REPLACE WHERE a = 1 SELECT 1", "a = 1"},
      {"INSERT INTO b.t (x, y) REPLACE WHERE a IN (SELECT 2) VALUES (1, 2)", "a IN (SELECT 2)"},
      {"INSERT INTO TABLE t BY NAME REPLACE WHERE a IS DISTINCT FROM b FROM u",
       "a IS DISTINCT FROM b"},
      {"INSERT INTO t REPLACE WHERE f(a) (SELECT 1)", "f(a)"},
      {"INSERT INTO t REPLACE WHERE (a OR b) WITH c AS (SELECT 1) FROM c", "(a OR b)"},
      {"WITH c AS (SELECT 1) INSERT INTO t REPLACE WHERE a TABLE c", "a"},
      {"EXPLAIN INSERT INTO t REPLACE WHERE a SELECT 1", "a"},
      {"INSERT INTO t SELECT * REPLACE (1 AS a) FROM u WHERE a", ""},
      {"INSERT INTO replace SELECT 1", ""},
      {"SELECT * REPLACE (1 AS a) FROM t", ""},
  };
  for (const ReplaceCase& test : cases) {
    const Script script(test.sql, "x.sql");
    const EditedStatement statement = Edited(script);
    const auto& replaced = statement.options.replace_where;
    ASSERT_EQ(replaced.has_value(), !test.condition.empty()) << test.sql;
    EXPECT_EQ(statement.text().size(), test.sql.size());
    if (!replaced) continue;
    EXPECT_EQ(replaced->condition, test.condition);
    EXPECT_EQ(test.sql.substr(replaced->offset, test.condition.size()), test.condition);
    EXPECT_EQ(statement.text().find("REPLACE"), std::string::npos) << statement.text();
    EXPECT_EQ(statement.text().find(test.condition), std::string::npos) << statement.text();
  }
}

TEST(ReplaceWhere, SaysWhatIsMissing) {
  const std::pair<const char*, size_t> cases[] = {
      {"INSERT INTO t REPLACE WHERE SELECT 1", 28},
      {"INSERT INTO t REPLACE WHERE a = 1", 33},
      {"INSERT OVERWRITE t REPLACE WHERE a SELECT 1", 19},
  };
  for (const auto& [sql, offset] : cases) {
    const Script script(sql, "x.sql");
    try {
      Edited(script);
      FAIL() << sql;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "sql.syntax");
      EXPECT_EQ(error.place()->column, static_cast<int>(offset) + 1) << sql;
    }
  }
}

}  // namespace
}  // namespace laguna::engine
