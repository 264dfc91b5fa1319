// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

struct TypeCase {
  std::string sql;
  // "a=INT[];": what was declared; a * for what DuckDB gets a placeholder for.
  std::string declared;
  // What is left for DuckDB.
  std::string left;
};

std::string Squeezed(const std::string& text) {
  std::string squeezed;
  for (const char c : text) {
    if (c != ' ' || squeezed.empty() || squeezed.back() != ' ') squeezed += c;
  }
  return squeezed;
}

TEST(ColumnTypes, AreReadWhereDuckdbDoesNotKeepThem) {
  const TypeCase cases[] = {
      {"CREATE TABLE t (a INT, v VARCHAR(5) NOT NULL, c DECIMAL(9, 2))", "v=VARCHAR(5);",
       "CREATE TABLE t (a INT, v VARCHAR(5) NOT NULL, c DECIMAL(9, 2))"},
      {"CREATE TABLE t (a STRUCT<x: INT, y: ARRAY<ARRAY<INT>>> NOT NULL, b MAP<STRING,INT>)",
       "*a=STRUCT(\"x\" INT, \"y\" INT[][]);*b=MAP(STRING, INT);",
       "CREATE TABLE t (a INT NOT NULL, b INT )"},
      {"CREATE TABLE t (a STRUCT(x VARCHAR(3))[], b STRUCT(x INT, y UNION(i INT)))",
       "a=STRUCT(\"x\" VARCHAR(3))[];",
       "CREATE TABLE t (a STRUCT(x VARCHAR(3))[], b STRUCT(x INT, y UNION(i INT)))"},
      {"CREATE TABLE t (a STRUCT(x INT NOT NULL), CHECK (a.x < 3))", "*a=STRUCT(\"x\" INT);",
       "CREATE TABLE t (a INT , CHECK (a.x < 3))"},
      {"CREATE TABLE t (a: CHAR(2), `order` ARRAY<INT> DEFAULT [1, 2])", "a=CHAR(2);*order=INT[];",
       "CREATE TABLE t (a CHAR(2), `order` INT DEFAULT [1, 2])"},
      {"CREATE TABLE t (a, b) AS SELECT 1, CAST('x' AS VARCHAR(5))", "",
       "CREATE TABLE t (a, b) AS SELECT 1, CAST('x' AS VARCHAR(5))"},
      {"CREATE TABLE varchar (varchar INT, CONSTRAINT c CHECK (varchar < 5))", "",
       "CREATE TABLE varchar (varchar INT, CONSTRAINT c CHECK (varchar < 5))"},
      {"ALTER TABLE IF EXISTS b.t ADD COLUMN IF NOT EXISTS s.v VARCHAR(5)", "v=VARCHAR(5);",
       "ALTER TABLE IF EXISTS b.t ADD COLUMN IF NOT EXISTS s.v VARCHAR(5)"},
      {"ALTER TABLE t ALTER v SET DATA TYPE VARCHAR(5)", "v=VARCHAR(5);",
       "ALTER TABLE t ALTER v SET DATA TYPE VARCHAR(5)"},
      {"ALTER TABLE t ALTER COLUMN v SET DEFAULT 1", "",
       "ALTER TABLE t ALTER COLUMN v SET DEFAULT 1"},
      {"SELECT CAST(1 AS VARCHAR(5))", "", "SELECT CAST(1 AS VARCHAR(5))"},
  };
  for (const TypeCase& test : cases) {
    const Script script(test.sql, "x.sql");
    EditedStatement statement(script, script.statements().at(0));
    EditColumnTypes(statement);
    std::string declared;
    for (const DeclaredColumn& column : statement.options.declared_columns) {
      declared += (column.is_replaced ? "*" : "") + column.name + "=" + column.type.sql + ";";
    }
    EXPECT_EQ(declared, test.declared) << test.sql;
    EXPECT_EQ(Squeezed(statement.text()), test.left);
    EXPECT_EQ(statement.text().size(), test.sql.size());
  }
}

TEST(ColumnTypes, PointToWhatIsNoType) {
  const Script script("CREATE TABLE t (a INT, s STRUCT<x: INT, 3>)", "x.sql");
  EditedStatement statement(script, script.statements().at(0));
  try {
    EditColumnTypes(statement);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "sql.syntax");
    ASSERT_TRUE(error.place());
    EXPECT_EQ(error.place()->column, 41);
  }
}

}  // namespace
}  // namespace laguna::engine
