// SPDX-License-Identifier: Apache-2.0
// What becomes of the lines and values of files in a stream.
#include "ingest/file_reading.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";
constexpr const char* kErrors =
    "SELECT file, byte_offset, column_name, content, _batch FROM bronze.sales__errors ORDER BY ALL";

// The files' lines are rows or errors, whatever is wrong with them.
TEST(UpdateStream, LosesNoLine) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,\"two\nlines\",20\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv",
             "id,name,n\n"
             "3,z,thirty\n"    // no number
             "4,y\n"           // too few
             "5,y,50,extra\n"  // too many
             "6,caf\xe9,60\n"  // Latin-1
             "7,\"q\"x,70\n"   // quoted and more
             "8,ok,80\n"
             "9,\"open,90\n10,y,100\n");  // never closed
  const auto report = lake.Update(kTable, kQuery);
  ASSERT_EQ(report.batches.size(), 1U);
  EXPECT_EQ(report.batches[0].rows_written, 2);
  EXPECT_EQ(report.batches[0].rows_failed_to_parse, 6);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n8\n10");
  EXPECT_EQ(lake.Query(kErrors),
            "landing/sales/b.csv|10|n|3,z,thirty|1\n"
            "landing/sales/b.csv|21|NULL|4,y|1\n"
            "landing/sales/b.csv|25|NULL|5,y,50,extra|1\n"
            "landing/sales/b.csv|38|NULL|6,caf\\xE9,60|1\n"
            "landing/sales/b.csv|48|NULL|7,\"q\"x,70|1\n"
            "landing/sales/b.csv|66|NULL|9,\"open,90|1");
  EXPECT_EQ(lake.Query("SELECT line FROM bronze.sales__errors ORDER BY byte_offset"),
            "2\n3\n4\n5\n6\n8");
  EXPECT_EQ(lake.Query("SELECT reason FROM bronze.sales__errors WHERE byte_offset = 10"),
            "The value \"thirty\" is no BIGINT.");
}

TEST(UpdateStream, WidensTypesForTheFirstBatchOnly) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,x,20\n3,x,30\n4,x,40\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n5,x,1.5\n");
  lake.Write("landing/sales/c.csv", "id,name,n\nsix,x,6\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 6);
  EXPECT_EQ(lake.Query("SELECT typeof(id), typeof(n) FROM bronze.sales LIMIT 1"), "VARCHAR|DOUBLE");
  lake.Write("landing/sales/d.csv", "id,name,n\n7,x,much\n");
  const auto report = lake.Update(kTable, kQuery);
  EXPECT_EQ(report.rows_written(), 0);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 1);
}

// The engine's reader would round the number, cut the day and drop the offset.
TEST(UpdateStream, ChangesNoValueToMakeItFit) {
  StreamForTest lake;
  const std::string query =
      "SELECT id, n, day, moment FROM STREAM read_files('landing/sales/*.csv')";
  lake.Write("landing/sales/a.csv",
             "id,n,day,moment\n1,10,2024-02-29,2024-02-29 10:30:00.5\n2,,,\n3,-9223372036854775808,"
             "1969-12-31,1969-12-31 23:59:59\n");
  lake.Update("bronze.sales", query);
  EXPECT_EQ(lake.Query("FROM bronze.sales ORDER BY id"),
            "1|10|2024-02-29|2024-02-29 10:30:00.5\n2|NULL|NULL|NULL\n"
            "3|-9223372036854775808|1969-12-31|1969-12-31 23:59:59");
  lake.Write("landing/sales/b.csv",
             "id,n,day,moment\n4,1.5,2024-01-01,2024-01-01\n5,1,2024-01-01 10:30,2024-01-01\n"
             "6,1,2024-01-01,2024-01-01 10:00:00+05\n7,1e3,,\n8,9223372036854775808,,\n9,7,,\n");
  EXPECT_EQ(lake.Update("bronze.sales", query).batches.at(0).rows_failed_to_parse, 5);
  EXPECT_EQ(lake.Query("SELECT n FROM bronze.sales WHERE id > 3"), "7");
  EXPECT_EQ(lake.Query("SELECT column_name, reason FROM bronze.sales__errors ORDER BY byte_offset"),
            "n|The value \"1.5\" is no BIGINT.\n"
            "day|The value \"2024-01-01 10:30\" is no DATE.\n"
            "moment|The value \"2024-01-01 10:00:00+05\" is no TIMESTAMP.\n"
            "n|The value \"1e3\" is no BIGINT.\n"
            "n|The value \"9223372036854775808\" is no BIGINT.");
}

TEST(UpdateStream, KeepsTypesOfTheUser) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,x,much\n3,x,NA\n");
  const std::string query =
      "SELECT * FROM STREAM read_files('landing/sales/*.csv', types => {'n': 'INTEGER'}, nullstr "
      "=> 'NA')";
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 2);
  EXPECT_EQ(lake.Query(kErrors), "landing/sales/a.csv|17|n|2,x,much|0");
  EXPECT_EQ(lake.Query("SELECT typeof(n), n FROM bronze.sales ORDER BY id"),
            "INTEGER|10\nINTEGER|NULL");
}

TEST(UpdateStream, RescuesNewColumnsAndFillsMissingOnes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "name,ID,colour,size\ny,2,red,\nz,3,,\n");
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query("SELECT id, name, n, _rescued_data FROM bronze.sales ORDER BY id"),
            "1|x|10|NULL\n"
            "2|y|NULL|{\"colour\":\"red\",\"size\":null,\"_file\":\"landing/sales/b.csv\"}\n"
            "3|z|NULL|NULL");
}

TEST(UpdateStream, RefusesNewColumnsWithoutRescue) {
  StreamForTest lake;
  const std::string query =
      "SELECT * FROM STREAM read_files('landing/sales/*.csv', rescued_data_column => '')";
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, query);
  lake.Write("landing/sales/b.csv", "id,name,n,colour\n2,y,20,red\n");
  const auto error = lake.UpdateFailure(kTable, query);
  EXPECT_EQ(error.code(), "read_files.new_column");
  EXPECT_NE(error.sentence().find("landing/sales/b.csv"), std::string::npos);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
}

struct BadFile {
  const char* name;
  std::string text;
  const char* code;
  const char* hint;
};

class BadFiles : public testing::TestWithParam<BadFile> {};

// Files of which nothing can be read stop the table with an error that names them.
TEST_P(BadFiles, AreNamed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/bad.csv", GetParam().text);
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_NE(error.sentence().find("landing/sales/bad.csv"), std::string::npos) << error.Report();
  EXPECT_NE(error.hint().find(GetParam().hint), std::string::npos) << error.Report();
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  // Mended, it is read.
  lake.Write("landing/sales/bad.csv", "id,name,n\n2,y,20\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFiles,
    testing::Values(BadFile{"utf16", std::string("\xff\xfei\0d\0\n\0", 8), "read_files.encoding",
                            "encoding => 'utf-16'"},
                    BadFile{"latin1", "id,n\xe4me,n\n1,x,2\n", "read_files.encoding", "latin-1"},
                    BadFile{"no_header", "5,y,50\n6,z,60\n", "read_files.header", "header"},
                    BadFile{"binary", std::string("\0\1\2\3", 4), "read_files.encoding", ""}),
    [](const auto& info) { return info.param.name; });

TEST(UpdateStream, ReadsFilesWithMixedLineEnds) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\r\n3,z,30\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 2);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
}

TEST(UpdateStream, ReadsCompressedFilesAndLosesNoLineOfThem) {
  StreamForTest lake;
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.csv.gz')";
  lake.Write("landing/sales/x", "");
  const auto compress = [&](const std::string& name, const std::string& text) {
    lake.Write("landing/sales/" + name, text);
    const std::string path = (lake.folder() / "lake/landing/sales" / name).string();
    ASSERT_EQ(std::system(("gzip '" + path + "'").c_str()), 0);
  };
  compress("a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, query);
  compress("b.csv", "id,name,n\n2,y,20\n3,\"q\"junk,30\n4,z,40\n5,\"open,50\n6,v,60\n");
  const auto report = lake.Update(kTable, query);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n4\n6");
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 2);
}

TEST(UpdateStream, TakesNoLineForAComment) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "# by hand\nid,name,n\n1,x,10\n#2,y,20\n3,z # w,30\n");
  const auto report = lake.Update(kTable,
                                  "SELECT * FROM STREAM read_files('landing/sales/*.csv', "
                                  "skip => 1, types => {'id': 'BIGINT'})");
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n3|z # w|30");
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 1);
}

TEST(UpdateStream, ReadsFilesOfManyHeadersAtOnce) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,x\n3,\"a\nb\",30\n");
  lake.Write("landing/sales/b.csv", "n,id\r\n40,4\r\n50\r\n");
  lake.Write("landing/sales/c.csv", "id,name,n,more\n6,x,60,red\n7,x,70\n");
  lake.Write("landing/sales/d.csv", "id,name,n\n");
  lake.Write("landing/sales/e.csv", "");
  const auto report = lake.Update(kTable, kQuery);
  EXPECT_EQ(report.batches.at(0).files_read, 4);
  EXPECT_EQ(lake.Query("SELECT id, name, n, more FROM bronze.sales ORDER BY id"),
            "1|x|10|NULL\n3|a\nb|30|NULL\n4|NULL|40|NULL\n6|x|60|red");
  EXPECT_EQ(lake.Query("SELECT file, byte_offset, content FROM bronze.sales__errors ORDER BY file"),
            "landing/sales/a.csv|17|2,x\nlanding/sales/b.csv|12|50\nlanding/sales/c.csv|26|7,x,70");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(UpdateStream, SetsAsideLinesThatAreTooLong) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv",
             "id,name,n\n2," + std::string(3'000'000, 'x') + ",20\n3,z,30\n\x1a");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT line, byte_offset, reason FROM bronze.sales__errors ORDER BY line"),
            "2|10|The line is longer than 2000000 bytes.\n"
            "4|3000023|The line has too few values. The value \"\x1a\" is no BIGINT.");
}

TEST(UpdateStream, CountsLinesOnceWhenASourceIsReadTwice) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,x\n");
  const auto report =
      lake.Update(kTable,
                  "WITH s AS (SELECT * FROM STREAM read_files('landing/sales/*.csv')) "
                  "SELECT a.* FROM s a JOIN s b ON a.id = b.id");
  EXPECT_EQ(report.rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.sales__errors"), "1");
}

TEST(UpdateStream, ReadsLatin1WhenTold) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\xe4me,n\n1,caf\xe9,10\n");
  lake.Update(kTable,
              "SELECT * FROM STREAM read_files('landing/sales/*.csv', encoding => 'latin-1')");
  EXPECT_EQ(lake.Query("SELECT id, \"näme\", n FROM bronze.sales"), "1|café|10");
}

TEST(UpdateStream, NamesAFirstFileInUtf16) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", std::string("\xff\xfei\0d\0\n\0001\0\n\0", 12));
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "read_files.encoding");
  EXPECT_NE(error.sentence().find("landing/sales/a.csv"), std::string::npos);
}

TEST(UpdateStream, ReadsUtf16WhenTold) {
  StreamForTest lake;
  std::string text = "\xff\xfe";
  for (const char c : std::string("id,name,n\n1,x,10\n2,y,20\n")) text += {c, '\0'};
  lake.Write("landing/sales/a.csv", text);
  lake.Update(kTable,
              "SELECT * FROM STREAM read_files('landing/sales/*.csv', encoding => 'utf-16')");
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

TEST(UpdateStream, TakesTheDialectFromTheUser) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id;day;price\n1;24/12/2013;1,5\n2;01/02/2014;2,5\n");
  lake.Update(kTable,
              "SELECT * FROM STREAM read_files(['landing/sales/*.csv'], delim => ';', "
              "decimal_separator => ',', dateformat => '%d/%m/%Y', filename => true)");
  EXPECT_EQ(lake.Query("SELECT id, day, price, filename FROM bronze.sales ORDER BY id"),
            "1|2013-12-24|1.5|landing/sales/a.csv\n2|2014-02-01|2.5|landing/sales/a.csv");
}

TEST(UpdateStream, ReadsJsonLines) {
  StreamForTest lake;
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.jsonl')";
  lake.Write("landing/sales/a.jsonl", "{\"id\":1,\"name\":\"x\",\"n\":1.5,\"tags\":[1,2]}\n");
  lake.Update(kTable, query);
  lake.Write("landing/sales/b.jsonl",
             "{\"id\":2,\"name\":\"y\"}\n"
             "{broken\n"
             "\n"
             "{\"id\":\"no\",\"name\":\"z\"}\n"
             "{\"id\":3.5}\n"
             "[1]\n"
             "{\"id\":4,\"a\\\"b\":{\"c\":null}}\n");
  const auto report = lake.Update(kTable, query);
  EXPECT_EQ(report.rows_written(), 2);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 4);
  EXPECT_EQ(
      lake.Query("SELECT id, name, n, tags, _rescued_data FROM bronze.sales ORDER BY id"),
      "1|x|1.5|[1,2]|NULL\n"
      "2|y|NULL|NULL|NULL\n"
      "4|NULL|NULL|NULL|{\"a\\\"b\":\"{\\\"c\\\":null}\",\"_file\":\"landing/sales/b.jsonl\"}");
  EXPECT_EQ(lake.Query("SELECT column_name, content FROM bronze.sales__errors ORDER BY content"),
            "NULL|[1]\nid|{\"id\":\"no\",\"name\":\"z\"}\nid|{\"id\":3.5}\nNULL|{broken");
}

TEST(UpdateStream, ReadsParquet) {
  StreamForTest lake;
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.parquet')";
  lake.Write("landing/sales/x", "");
  lake.Query("COPY (SELECT 1 AS id, 'x' AS name) TO 'landing/sales/a.parquet'");
  lake.Update(kTable, query);
  lake.Query("COPY (SELECT 2 AS id, 7 AS more) TO 'landing/sales/b.parquet'");
  lake.Update(kTable, query);
  EXPECT_EQ(lake.Query("SELECT id, name, _rescued_data FROM bronze.sales ORDER BY id"),
            "1|x|NULL\n2|NULL|{\"more\":7,\"_file\":\"landing/sales/b.parquet\"}");
}

}  // namespace
}  // namespace laguna::ingest
