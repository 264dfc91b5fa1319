// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

TEST(Keys, AreFoundInTheListOfColumns) {
  const std::pair<std::string, std::string> cases[] = {
      {"CREATE TABLE t (a INT primary KEY, b INT UNIQUE)", "PRIMARY KEY 23"},
      {"CREATE TABLE t (a INT, UNIQUE (a))", "UNIQUE 24"},
      {"CREATE TABLE t (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a))", "FOREIGN KEY 37"},
      {"CREATE TABLE t (a INT REFERENCES u (a))", "REFERENCES 23"},
      {"CREATE TABLE t (a INT CHECK (a IN ('UNIQUE', 'PRIMARY KEY')), \"unique\" INT)", ""},
      {"CREATE TABLE t AS SELECT 1 AS a", ""},
  };
  for (const auto& [sql, found] : cases) {
    const Script script(sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    EditKeys(statement);
    const auto& key = statement.options.key_clause;
    EXPECT_EQ(key ? key->words + " " + std::to_string(key->offset + 1) : "", found) << sql;
  }
}

}  // namespace
}  // namespace laguna::engine
