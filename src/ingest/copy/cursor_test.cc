// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/cursor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/database.h"
#include "engine/session.h"
#include "engine/sql_text.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

TEST(CursorType, IsWhatTheColumnIsOnlyWider) {
  struct Case {
    std::string column;
    std::string cursor;
  };
  const std::vector<Case> cases = {
      {"INTEGER", "BIGINT"},
      {"UBIGINT", "DECIMAL(38,0)"},
      {"DECIMAL(10,2)", "DECIMAL(38,2)"},
      {"FLOAT", "DOUBLE"},
      {"DATE", "TIMESTAMP"},
      {"TIMESTAMP_NS", "TIMESTAMP"},
      {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"},
  };
  for (const Case& c : cases) EXPECT_EQ(CursorTypeOf(c.column)->sql, c.cursor) << c.column;
  for (const std::string none : {"VARCHAR", "BOOLEAN", "BLOB", "INTEGER[]", "UUID", "TIME"}) {
    EXPECT_FALSE(CursorTypeOf(none)) << none;
  }
}

class CursorSqlTest : public testing::Test {
 protected:
  std::string One(const std::string& expression) {
    const auto row = FirstRow(session_, fmt::format("SELECT CAST({} AS VARCHAR)", expression));
    return row.front().value_or("NULL");
  }
  std::string Lower(const std::string& value, const std::string& lag, const std::string& type) {
    return One(LowerBound(value, lag, CursorTypeNamed(type)));
  }
  std::string Hash(const std::vector<std::string>& names, const std::string& rows) {
    std::vector<HashedColumn> columns;
    for (const engine::ResultColumn& column : ColumnsOf(session_, "(" + rows + ")")) {
      const bool asked = std::ranges::find(names, column.name) != names.end();
      if (asked) columns.push_back({.name = column.name, .type = column.type});
    }
    return FirstRow(session_, fmt::format("SELECT {} FROM ({})", RowHash(columns), rows))
        .front()
        .value_or("NULL");
  }
  // The type that the texts of a column have; "" for none.
  std::string TypeOf(const std::vector<std::string>& texts) {
    std::string rows;
    for (const std::string& text : texts) {
      rows += fmt::format("{}({})", rows.empty() ? "" : ", ", engine::QuotedText(text));
    }
    for (const CursorType& type : CursorTypesOfText()) {
      const auto bad =
          FirstRow(session_, fmt::format("SELECT t FROM (VALUES {}) AS given(t) WHERE {} LIMIT 1",
                                         rows, IsBadText("t", CursorOfText("t", type))));
      if (!bad.front()) return type.sql;
    }
    return "";
  }

  engine::Database database_{engine::DatabaseConfig{}};
  engine::Session session_{database_};
};

TEST_F(CursorSqlTest, TextsOfOneKindAreFound) {
  EXPECT_EQ(TypeOf({"1", " 20 ", ""}), "BIGINT");
  EXPECT_EQ(TypeOf({"1", "2.5"}), "DOUBLE");
  EXPECT_EQ(TypeOf({"2013-01-31", "2013-01-31 10:00:00.5"}), "TIMESTAMP");
  EXPECT_EQ(TypeOf({"2013-01-31T10:00:00+02", "2013-01-31 10:00:00.5Z"}),
            "TIMESTAMP WITH TIME ZONE");
  EXPECT_EQ(TypeOf({"2013-01-31T10:00:00+0530", "2013-01-31 10:00:00"}),
            "TIMESTAMP WITH TIME ZONE");
  EXPECT_EQ(TypeOf({"2013-01-31 10:00:00 America/Bogota"}), "TIMESTAMP WITH TIME ZONE");
  EXPECT_EQ(TypeOf({"31/01/2013"}), "");
  EXPECT_EQ(TypeOf({"1/02/2013", "2013-01-31"}), "");
  EXPECT_EQ(TypeOf({"yesterday"}), "");
}

TEST_F(CursorSqlTest, ALagGoesBelowTheHighestValue) {
  EXPECT_EQ(Lower("10", "", "BIGINT"), "10");
  EXPECT_EQ(Lower("10", "3", "BIGINT"), "7");
  EXPECT_EQ(Lower("10.5", "0.5", "DOUBLE"), "10.0");
  EXPECT_EQ(Lower("2013-01-01 00:30:00", "1h", "TIMESTAMP"), "2012-12-31 23:30:00");
  EXPECT_THROW(Lower("10", "1h", "BIGINT"), base::Error);
  EXPECT_THROW(Lower("10", "-1", "BIGINT"), base::Error);
  EXPECT_THROW(Lower("10", "0.6", "BIGINT"), base::Error);
  EXPECT_THROW(Lower("10", "1; DROP", "BIGINT"), base::Error);
  EXPECT_THROW(Lower("2013-01-01", "5", "TIMESTAMP"), base::Error);
}

TEST_F(CursorSqlTest, TextIsReadAsItsTypeOrNotAtAll) {
  const auto value = [&](const std::string& text, const std::string& type) {
    return One(CursorOfText(engine::QuotedText(text), CursorTypeNamed(type)));
  };
  EXPECT_EQ(value("42", "BIGINT"), "42");
  EXPECT_EQ(value("1.5", "BIGINT"), "NULL");
  EXPECT_EQ(value("", "BIGINT"), "NULL");
  EXPECT_EQ(value("2013-01-01", "TIMESTAMP"), "2013-01-01 00:00:00");
  EXPECT_EQ(value("2013-01-01 10:00:00+02", "TIMESTAMP"), "NULL");
  EXPECT_EQ(value("2013-01-01 10:00:00+02", "TIMESTAMP WITH TIME ZONE"), "2013-01-01 08:00:00+00");
  const auto formatted = [&](const std::string& text, const std::string& format) {
    return One(CursorOfFormattedText(engine::QuotedText(text), format, CursorTypeOfFormat(format)));
  };
  EXPECT_EQ(formatted("1/02/2013", "%d/%m/%Y"), "2013-02-01 00:00:00");
  EXPECT_EQ(formatted("2013", "%d/%m/%Y"), "NULL");
}

TEST_F(CursorSqlTest, HashesTellRowsApartByWhatStandsInThem) {
  const std::string row = Hash({"a", "b"}, "SELECT 1 AS a, 'x' AS b");
  EXPECT_EQ(row.size(), 32U);
  EXPECT_EQ(Hash({"b", "a"}, "SELECT 'x' AS b, 1 AS a"), row) << "columns by name";
  EXPECT_EQ(Hash({"a", "b", "c"}, "SELECT 1 AS a, 'x' AS b, NULL AS c"), row) << "a new column";
  EXPECT_NE(Hash({"a", "b"}, "SELECT 1 AS a, 'y' AS b"), row);
  EXPECT_NE(Hash({"a", "b"}, "SELECT 'x' AS a, 1 AS b"), row);
  EXPECT_NE(Hash({"a", "b"}, "SELECT '' AS a, 'x' AS b"),
            Hash({"a", "b"}, "SELECT NULL AS a, 'x' AS b"));
  EXPECT_NE(Hash({"a", "b"}, "SELECT '1' AS a, '1:b=1:2' AS b"),
            Hash({"a", "b"}, "SELECT '11:b=1:2' AS a, NULL AS b"));
}

TEST_F(CursorSqlTest, HashesDoNotTellApartWhatHoldsTheSame) {
  const auto hash = [&](const std::string& value) {
    return Hash({"a"}, fmt::format("SELECT {} AS a", value));
  };
  EXPECT_EQ(Hash({"A"}, "SELECT 1 AS \"A\""), hash("1")) << "names know no case";
  EXPECT_EQ(hash("1::DOUBLE"), hash("1"));
  EXPECT_EQ(hash("1.50::DECIMAL(9,2)"), hash("1.5::DOUBLE"));
  EXPECT_EQ(hash("10.00::DECIMAL(9,2)"), hash("10::BIGINT"));
  EXPECT_NE(hash("10"), hash("1"));
  EXPECT_EQ(hash("DATE '2013-01-01'"), hash("TIMESTAMP '2013-01-01'"));
  const std::string zoned = hash("TIMESTAMPTZ '2013-01-01 10:00:00+02'");
  EXPECT_EQ(zoned, hash("TIMESTAMP '2013-01-01 08:00:00'"));
  EXPECT_NE(hash("TIMESTAMPTZ 'infinity'"), zoned);
  RunPlain(session_, "SET TimeZone = 'America/Bogota'");
  EXPECT_EQ(hash("TIMESTAMPTZ '2013-01-01 10:00:00+02'"), zoned);
}

TEST_F(CursorSqlTest, WhatIsToComeIsNotTheHighestValue) {
  const CursorType time = CursorTypeNamed("TIMESTAMP");
  const auto highest = [&](const std::string& rows) {
    return FirstRow(session_, fmt::format("SELECT {} FROM (VALUES {}) AS t(x)",
                                          HighestOf("x", time, 1'356'998'400'000), rows))
        .front()
        .value_or("NULL");
  };
  EXPECT_EQ(highest("(TIMESTAMP '2013-01-01'), (TIMESTAMP '9999-12-31')"), "2013-01-01 00:00:00");
  EXPECT_EQ(highest("(TIMESTAMP '2013-01-01 23:00')"), "2013-01-01 23:00:00");
  EXPECT_EQ(highest("(TIMESTAMP '2013-01-02 00:00:01')"), "NULL");
}

TEST_F(CursorSqlTest, InfinityIsNotTheHighestValue) {
  const CursorType time = CursorTypeNamed("TIMESTAMP");
  EXPECT_EQ(FirstRow(session_, fmt::format("SELECT {} FROM (VALUES (TIMESTAMP 'infinity'), "
                                           "(TIMESTAMP '2013-01-01')) AS t(x)",
                                           HighestOf("x", time, 1'400'000'000'000)))
                .front(),
            "2013-01-01 00:00:00");
  EXPECT_EQ(FirstRow(session_, fmt::format("SELECT {} FROM (VALUES (1), (3)) AS t(x)",
                                           HighestOf("x", CursorTypeNamed("BIGINT"), 0)))
                .front(),
            "3");
}

}  // namespace
}  // namespace laguna::ingest
