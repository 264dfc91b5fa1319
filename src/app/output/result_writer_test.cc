// SPDX-License-Identifier: Apache-2.0
#include "app/output/result_writer.h"

#include <gtest/gtest.h>

#include "app/output/plan_text.h"
#include "app/output/rows_for_test.h"
#include "base/error.h"

namespace laguna::app {
namespace {

const std::vector<engine::ResultColumn> kColumns{{"city", "VARCHAR", false},
                                                 {"people", "BIGINT", true}};
const std::vector<RowsForTest::Row> kRows{
    {"Bergen", "285911"}, {std::nullopt, std::nullopt}, {"a, \"b\"\nc|d", "7"}, {"", "0"}};

TEST(CsvFormat, QuotesWhatMustBeAndTellsNullFromEmpty) {
  EXPECT_EQ(Written("csv", {}, kColumns, kRows),
            "city,people\nBergen,285911\n,\n\"a, \"\"b\"\"\nc|d\",7\n\"\",0\n");
}

TEST(JsonFormat, IsAListOfObjects) {
  EXPECT_EQ(Written("json", {}, kColumns, {kRows[0], kRows[1]}),
            "[\n  {\"city\": \"Bergen\", \"people\": \"285911\"},\n"
            "  {\"city\": null, \"people\": null}\n]\n");
  EXPECT_EQ(Written("json", {}, kColumns, {}), "[]\n");
}

TEST(JsonlFormat, IsOneObjectPerLine) {
  EXPECT_EQ(Written("jsonl", {}, kColumns, {kRows[0], kRows[3]}),
            "{\"city\": \"Bergen\", \"people\": \"285911\"}\n"
            "{\"city\": \"\", \"people\": \"0\"}\n");
  EXPECT_EQ(Written("jsonl", {}, kColumns, {}), "");
}

TEST(JsonFormat, TellsColumnsOfOneNameApart) {
  const std::vector<engine::ResultColumn> columns{
      {"a", "", false}, {"a", "", false}, {"a_1", "", false}, {"a", "", false}};
  EXPECT_EQ(Written("jsonl", {}, columns, {{"1", "2", "3", "4"}}),
            "{\"a\": \"1\", \"a_2\": \"2\", \"a_1\": \"3\", \"a_3\": \"4\"}\n");
}

TEST(MarkdownFormat, EscapesBarsAndLineEnds) {
  EXPECT_EQ(Written("markdown", {}, kColumns, {kRows[0], kRows[1], kRows[2]}),
            "| city | people |\n| --- | ---: |\n| Bergen | 285911 |\n| NULL | NULL |\n"
            "| a, \"b\"<br>c\\|d | 7 |\n");
}

TEST(LineFormat, HasALineForEveryValueAndCutsNone) {
  const std::string text(500, 'x');
  EXPECT_EQ(Written("line", {.width = 20}, kColumns, {{text, "7"}, {std::nullopt, "0"}}),
            "  city = " + text + "\npeople = 7\n\n  city = NULL\npeople = 0\n");
  EXPECT_EQ(Written("line", {}, kColumns, {}), "");
}

TEST(LineFormat, HasALineForEveryFieldOfAWideStruct) {
  RowsForTest rows({{"{'files': 1, " + std::string(72, ' ') + "}"}});
  rows.SetCell(engine::ValueStruct{
      {"files", 1}, {"sizes", engine::ValueList{1, 2}}, {"note", "NULL"}, {"end", engine::Null{}}});
  StringOutput output;
  const auto writer = FindOutputFormat("line").make(output, {});
  writer->Begin({{"metrics", "STRUCT", false}});
  writer->Rows(rows);
  EXPECT_EQ(output.text(),
            "metrics = files: 1\n          sizes: [1, 2]\n          note: 'NULL'\n"
            "          end: NULL\n");
}

TEST(FormatsForPeople, TellATextFromNull) {
  const std::vector<engine::ResultColumn> column{{"c", "VARCHAR", false}};
  const std::vector<RowsForTest::Row> rows{{std::nullopt}, {"NULL"}, {"'NULL'"}, {"null"}};
  EXPECT_EQ(Written("table", {}, column, rows),
            " c\n──────────\n NULL\n 'NULL'\n ''NULL''\n null\n(4 rows)\n");
  EXPECT_EQ(Written("line", {}, column, {rows[1]}), "c = 'NULL'\n");
  EXPECT_EQ(Written("markdown", {}, column, {rows[1]}), "| c |\n| --- |\n| 'NULL' |\n");
}

TEST(TableFormat, SaysHowToSeeWhatItCuts) {
  const std::vector<engine::ResultColumn> column{{"c", "VARCHAR", false}};
  const TableStyle style{.width = 30, .see_whole = "--format line"};
  EXPECT_TRUE(Written("table", style, column, {{std::string(31, 'x')}, {"y"}})
                  .ends_with("(2 rows; long values are cut; --format line shows them whole)\n"));
  EXPECT_TRUE(Written("table", style, column, {{std::string(28, 'x')}}).ends_with("(1 row)\n"));
}

TEST(TableFormat, AlignsNumbersRightAndCountsRows) {
  EXPECT_EQ(Written("table", {}, kColumns, {kRows[0], kRows[1], kRows[2]}),
            " city        │ people\n"
            "─────────────┼────────\n"
            " Bergen      │ 285911\n"
            " NULL        │   NULL\n"
            " a, \"b\"\\nc|d │      7\n"
            "(3 rows)\n");
}

TEST(TableFormat, AlignsWideSigns) {
  EXPECT_EQ(Written("table", {}, kColumns, {{"東京", "14"}, {"Zürich", "1"}}),
            " city   │ people\n"
            "────────┼────────\n"
            " 東京   │     14\n"
            " Zürich │      1\n"
            "(2 rows)\n");
}

TEST(TableFormat, CutsTextToTheTerminalButNotNumbers) {
  const std::string table = Written(
      "table", {.width = 30}, {{"comment", "VARCHAR", false}, {"amount", "DECIMAL(18,2)", true}},
      {{"a comment that is far too long", "1234567890.12"}, {"short", "1.00"}});
  EXPECT_EQ(table,
            " comment      │        amount\n"
            "──────────────┼───────────────\n"
            " a comment t… │ 1234567890.12\n"
            " short        │          1.00\n"
            "(2 rows; long values are cut)\n");
}

TEST(TableFormat, CutsNamesOfColumnsBeforeNumbersAndTimes) {
  const std::string table =
      Written("table", {.width = 40},
              {{"departure_delay_minutes", "BIGINT", true}, {"time_hour", "TIMESTAMP", false}},
              {{"1234", "2013-01-01 05:00:00"}, {"7", "2013-01-01 06:00:00"}});
  EXPECT_EQ(table,
            " departure_delay… │ time_hour\n"
            "──────────────────┼─────────────────────\n"
            "             1234 │ 2013-01-01 05:00:00\n"
            "                7 │ 2013-01-01 06:00:00\n"
            "(2 rows; long values are cut)\n");
}

TEST(TableFormat, HidesTheMiddleOfManyRows) {
  std::vector<RowsForTest::Row> rows;
  for (int i = 1; i <= 1000; ++i) rows.push_back({std::to_string(i)});
  EXPECT_EQ(Written("table", {.rows_max = 5}, {{"n", "BIGINT", true}}, rows),
            "    n\n──────\n    1\n    2\n    3\n … 995 rows hidden\n  999\n 1000\n(1,000 rows)\n");
}

TEST(TableFormat, HidesNothingThatFits) {
  std::vector<RowsForTest::Row> rows{{"1"}, {"2"}, {"3"}};
  EXPECT_EQ(Written("table", {.rows_max = 3}, {{"n", "BIGINT", true}}, rows),
            " n\n───\n 1\n 2\n 3\n(3 rows)\n");
}

TEST(TableFormat, LeavesColumnsOutInTheMiddleWhenNothingElseHelps) {
  std::vector<engine::ResultColumn> columns;
  RowsForTest::Row row;
  for (int i = 0; i < 12; ++i) {
    columns.push_back({"column" + std::to_string(i), "VARCHAR", false});
    row.emplace_back("text" + std::to_string(i));
  }
  EXPECT_EQ(Written("table", {.width = 50}, columns, {row, row}),
            " column0 │ column1 │ … │ column10 │ column11\n"
            "─────────┼─────────┼───┼──────────┼──────────\n"
            " text0   │ text1   │ … │ text10   │ text11\n"
            " text0   │ text1   │ … │ text10   │ text11\n"
            "(2 rows; 4 of 12 columns shown)\n");
}

TEST(TableFormat, ShowsASingleRowThatDoesNotFitAsLines) {
  const std::string text(40, 'x');
  EXPECT_EQ(Written("table", {.width = 30}, kColumns, {{text, "7"}}),
            "  city = " + text + "\npeople = 7\n(1 row)\n");
  const std::string endless(100'000, 'x');
  EXPECT_TRUE(Written("table", {.width = 30}, kColumns, {{endless, "7"}})
                  .ends_with("(1 row; long values are cut)\n"));
}

TEST(TableFormat, DoesNotLetDataSteerTheTerminal) {
  const std::string table =
      Written("table", {.colour = false}, {{"x", "VARCHAR", false}}, {{"\x1b[2J\x07 \xff"}});
  EXPECT_NE(table.find("\\x1b[2J\\x07 \\xff"), std::string::npos) << table;
}

TEST(TableFormat, KeepsWritingPastTheRowsItHolds) {
  std::vector<RowsForTest::Row> rows(25'000, {std::string("x")});
  rows.push_back({"a wider cell than all before"});
  const std::string table = Written("table", {}, {{"c", "VARCHAR", false}}, rows);
  EXPECT_TRUE(table.ends_with(" x\n a wider cell than all before\n(25,001 rows)\n"));
}

TEST(PlanText, WritesThePlanAsItIsDrawn) {
  EXPECT_TRUE(IsPlan({{"explain_key", "VARCHAR", false}, {"explain_value", "VARCHAR", false}}));
  EXPECT_FALSE(IsPlan(kColumns));
  StringOutput output;
  const std::vector<RowsForTest::Row> rows{{"physical_plan", "┌──┐\n│ a│\n└──┘\n"}};
  PlanText(output).Rows(RowsForTest(rows));
  EXPECT_EQ(output.text(), "┌──┐\n│ a│\n└──┘\n");
}

TEST(OutputFormat, UnknownNamesGetTheNearest) {
  try {
    FindOutputFormat("jsno");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "usage.format");
    EXPECT_NE(error.hint().find("json"), std::string::npos) << error.hint();
  }
}

}  // namespace
}  // namespace laguna::app
