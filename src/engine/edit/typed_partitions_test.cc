// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

TEST(TypedPartitions, AreDeclaredBehindTheList) {
  const std::string sql =
      "CREATE TABLE b.t (v INT) PARTITIONED BY (day DATE NOT NULL COMMENT 'x', r VARCHAR(2))";
  const Script script(sql, "x.sql");
  EditedStatement statement(script, script.statements().at(0));
  EditTypedPartitions(statement);
  const auto& columns = statement.options.declared_columns;
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0].name + " " + columns[0].type.sql, "day DATE");
  EXPECT_TRUE(columns[0].required);
  EXPECT_TRUE(columns[1].is_partition);
  EXPECT_EQ(columns[1].type.parts.size(), 1U);
  EXPECT_EQ(statement.options.column_comments.at(0).second, "x");
  EXPECT_EQ(statement.text().size(), sql.size());
  EXPECT_EQ(statement.text().find("DATE"), std::string::npos);
}

TEST(TypedPartitions, LeaveColumnsAndExpressionsAlone) {
  for (const std::string sql :
       {"CREATE TABLE t (v INT, p INT) PARTITIONED BY (p)",
        "CREATE TABLE t (v INT, p DATE) PARTITIONED BY (year(p), v)",
        "CREATE TABLE t PARTITIONED BY (p) AS SELECT 1 AS v, 2 AS p", "SELECT 1 AS partitioned"}) {
    const Script script(sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    EditTypedPartitions(statement);
    EXPECT_EQ(statement.text(), sql);
    EXPECT_TRUE(statement.options.declared_columns.empty());
  }
}

TEST(TypedPartitions, AreTypedAllOrNone) {
  for (const char* sql : {"CREATE TABLE t (v INT, p INT) PARTITIONED BY (q INT, p)",
                          "CREATE TABLE t (v INT) PARTITIONED BY (p INT DEFAULT 3)",
                          "CREATE TABLE t PARTITIONED BY (p INT) AS SELECT 1 AS v, 2 AS p"}) {
    const Script script(sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    EXPECT_THROW(EditTypedPartitions(statement), base::Error) << sql;
  }
}

}  // namespace
}  // namespace laguna::engine
