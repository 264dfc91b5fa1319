// SPDX-License-Identifier: Apache-2.0
// What the rewriter makes of UPDATE and MERGE INTO, run on the engine's own tables: for them it
// does the same as for the lake's.
#include "catalog/merge/rewrite_row_changes.h"

#include <gtest/gtest.h>

#include <string>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

class RewriteRowChangesTest : public testing::Test {
 protected:
  RewriteRowChangesTest() {
    lake_.Query("ATTACH ':memory:' AS d");
    lake_.Query("USE d");
  }

  std::string Query(const std::string& sql) { return lake_.Query(sql); }
  // Fills t and src anew, runs the merge clauses and gives the rows of t.
  std::string Merged(const std::string& clauses) {
    lake_.Query("CREATE OR REPLACE TABLE t AS FROM " + target_);
    lake_.Query("CREATE OR REPLACE TABLE src AS FROM " + source_);
    lake_.Query("MERGE INTO t USING src AS s ON t.k = s.k " + clauses);
    return lake_.Query("FROM t ORDER BY k");
  }
  base::Error MergeFailure(const std::string& clauses) {
    lake_.Query("CREATE OR REPLACE TABLE t AS FROM " + target_);
    lake_.Query("CREATE OR REPLACE TABLE src AS FROM " + source_);
    return lake_.Failure("MERGE INTO t USING src AS s ON t.k = s.k " + clauses);
  }

  LakeForTest lake_;
  std::string target_ = "(VALUES (1, 'a'), (2, 'b')) t(k, v)";
  std::string source_ = "(VALUES ('B', 2), ('C', 3)) s(V, K)";
};

TEST_F(RewriteRowChangesTest, StarsGoByName) {
  EXPECT_EQ(Merged("WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"),
            "1|a\n2|B\n3|C");
  EXPECT_EQ(Merged("WHEN MATCHED THEN UPDATE WHEN NOT MATCHED THEN INSERT"), "1|a\n2|B\n3|C");
  source_ = "(VALUES (2, 'B', 'x'), (3, 'C', 'y')) s(k, v, more)";
  EXPECT_EQ(Merged("WHEN NOT MATCHED THEN INSERT * WHEN MATCHED THEN UPDATE SET *"),
            "1|a\n2|B\n3|C");
}

TEST_F(RewriteRowChangesTest, AStarNeedsAllColumns) {
  source_ = "(VALUES (2, 'B')) s(k, w)";
  const base::Error error = MergeFailure("WHEN MATCHED THEN UPDATE SET *");
  EXPECT_EQ(error.code(), "merge.star_column_missing");
  EXPECT_EQ(error.values()[1].second, "v");
  EXPECT_EQ(error.place()->column, 42);
}

TEST_F(RewriteRowChangesTest, AStarTakesFieldsByName) {
  target_ = "(VALUES (1, {'a': 1, 'b': 2})) t(k, s)";
  source_ = "(VALUES (1, {'b': 20, 'a': 10}), (2, NULL)) s(k, s)";
  const std::string clauses = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *";
  EXPECT_EQ(Merged(clauses), "1|{'a': 10, 'b': 20}\n2|NULL");
  source_ = "(VALUES (1, {'b': 20, 'a': 10, 'c': 5})) s(k, s)";
  EXPECT_EQ(MergeFailure(clauses).sentence(),
            "The new values have a field s.c, which table main.t has not.");
  source_ = "(VALUES (1, {'b': 20})) s(k, s)";
  EXPECT_EQ(MergeFailure(clauses).sentence(),
            "Table main.t has a field s.a, which the new values have not.");
  target_ = "(VALUES (1, [{'a': 1}])) t(k, s)";
  source_ = "(VALUES (1, [{'a': 1, 'b': 2}])) s(k, s)";
  EXPECT_EQ(MergeFailure(clauses).sentence(),
            "The new values have a field s.element.b, which table main.t has not.");
}

TEST_F(RewriteRowChangesTest, TheSourceMayBeAnything) {
  Merged("WHEN MATCHED THEN DELETE");
  const std::string clauses = " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *";
  Query("WITH c AS (SELECT 1 AS k, 'x' AS v) MERGE INTO t USING c ON t.k = c.k" + clauses);
  Query(
      "WITH c AS (SELECT 1 AS k) MERGE INTO t USING (SELECT k + 9 AS k, 'y' AS v FROM c) AS q "
      "ON t.k = q.k" +
      clauses);
  Query("MERGE INTO t USING (VALUES (11, 'z')) AS q(k, v) ON t.k = q.k" + clauses);
  Query("MERGE INTO t USING (SELECT 12 AS k, 'u' AS v) USING (k)" + clauses);
  Query("MERGE INTO t USING (SELECT k + 12 AS k, v FROM t) AS q ON t.k = q.k" + clauses);
  EXPECT_EQ(Query("FROM t WHERE k < 13 ORDER BY k"), "1|x\n10|y\n11|z\n12|u");
  EXPECT_EQ(Query("SELECT count(*) FROM t"), "8");
}

TEST_F(RewriteRowChangesTest, ColumnsMayBeQualified) {
  EXPECT_EQ(Merged("WHEN MATCHED THEN UPDATE SET t.v = s.v || '!' "
                   "WHEN NOT MATCHED THEN INSERT (t.v, k) VALUES (s.v, s.k)"),
            "1|a\n2|B!\n3|C");
  Query("UPDATE d.main.t SET d.main.t.v = 'x' WHERE k = 1");
  Query("UPDATE t AS y SET y.v = y.v || 'y' WHERE y.k = 2");
  EXPECT_EQ(Query("FROM t ORDER BY k"), "1|x\n2|B!y\n3|C");
}

TEST_F(RewriteRowChangesTest, FieldsAreSetInTheirStructs) {
  Query("CREATE TABLE n (k INTEGER, s STRUCT(a INTEGER, i STRUCT(x INTEGER, y INTEGER)))");
  Query("INSERT INTO n VALUES (1, {'a': 1, 'i': {'x': 2, 'y': 3}}), (2, NULL)");
  Query("UPDATE n SET s.a = s.i.y, S.I.Y = s.a + 10, k = k * 10");
  EXPECT_EQ(Query("FROM n ORDER BY k"),
            "10|{'a': 3, 'i': {'x': 2, 'y': 11}}\n20|{'a': NULL, 'i': {'x': NULL, 'y': NULL}}");
  Query(
      "MERGE INTO n USING (SELECT 10 AS k, 7 AS a) AS s ON n.k = s.k "
      "WHEN MATCHED THEN UPDATE SET n.s.i.x = s.a "
      "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET s.a = 0");
  EXPECT_EQ(Query("SELECT s FROM n ORDER BY k"),
            "{'a': 3, 'i': {'x': 7, 'y': 11}}\n{'a': 0, 'i': {'x': NULL, 'y': NULL}}");
}

TEST_F(RewriteRowChangesTest, WhatCannotBeSetIsSaid) {
  Query("CREATE TABLE n (price INTEGER, s STRUCT(amount INTEGER), l INTEGER[])");
  const struct {
    const char* set;
    const char* code;
    const char* hint;
  } cases[] = {
      {"prize = 1", "sql.unknown_column", "Did you mean 'price'?"},
      {"n.prize = 1", "sql.unknown_column", "Did you mean 'price'?"},
      {"s.amuont = 1", "sql.unknown_column", "Did you mean 'amount'?"},
      {"price.x = 1", "sql.not_a_struct", nullptr},
      {"l.x = 1", "sql.not_a_struct", nullptr},
      {"price = 1, n.PRICE = 2", "sql.column_set_twice", nullptr},
      {"s.amount = 1, s = NULL", "sql.column_set_twice", nullptr},
      {"s = NULL, s.amount = 1", "sql.column_set_twice", nullptr},
  };
  for (const auto& expected : cases) {
    const base::Error error = lake_.Failure(std::string("UPDATE n SET ") + expected.set);
    EXPECT_EQ(error.code(), expected.code) << expected.set << ": " << error.sentence();
    EXPECT_GE(error.place()->column, 14) << expected.set;
    if (expected.hint == nullptr) continue;
    EXPECT_EQ(error.hint(), expected.hint);
  }
  EXPECT_EQ(lake_
                .Failure("MERGE INTO n USING (SELECT 1 AS price) AS s ON n.price = s.price "
                         "WHEN NOT MATCHED THEN INSERT (s.amount) VALUES (1)")
                .code(),
            "merge.insert_field");
  EXPECT_EQ(lake_
                .Failure("MERGE INTO n USING (SELECT 1 AS price) AS s ON n.price = s.price "
                         "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET *")
                .code(),
            "merge.star_by_source");
}

TEST_F(RewriteRowChangesTest, PreparedAndExplained) {
  Merged("WHEN MATCHED THEN DELETE");
  Query("PREPARE q AS UPDATE t SET t.v = $1");
  Query("EXECUTE q('z')");
  EXPECT_EQ(Query("FROM t"), "1|z");
  EXPECT_NE(Query("EXPLAIN UPDATE t SET t.v = 'q'"), "");
  EXPECT_EQ(Query("FROM t"), "1|z");
}

}  // namespace
}  // namespace laguna::catalog
