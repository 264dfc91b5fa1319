// SPDX-License-Identifier: Apache-2.0
// Values and files that are not like the first ones: what does not fit is set aside, and all else
// is read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kTable = "bronze.sales";

std::string Stream(const std::string& pattern, const std::string& options = {}) {
  return "SELECT * FROM STREAM read_files('landing/sales/" + pattern + "'" +
         (options.empty() ? "" : ", " + options) + ")";
}
const std::string kCsv = Stream("*.csv");

void Pack(const StreamForTest& lake, const std::string& key) {
  const std::string path = (lake.folder() / "lake" / key).string();
  ASSERT_EQ(std::system(("gzip '" + path + "'").c_str()), 0);
}

TEST(LosslessValues, IdentifiersKeepTheirZeros) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,x\n1,7\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "id,x\n2,007\n3,8\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT line, column_name, content FROM bronze.sales__errors"), "2|x|2,007");
}

TEST(LosslessValues, ATypeTheUserGaveTakesThem) {
  const std::string query = Stream("*.csv", "types => {'x': 'BIGINT', 'y': 'DOUBLE'}");
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "x,y\n007,0.12345678901234567890\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  lake.Restart();
  lake.Write("landing/sales/b.csv", "x,y\n+8,1\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT x FROM bronze.sales ORDER BY x"), "7\n8");
}

TEST(LosslessValues, FirstFilesGetTypesThatHoldThem) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv",
             "v,t\n0.1234567890123456789012,2024-01-15 10:30:00.123456789\n1.10,2024-01-15 "
             "10:30:00\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT v, t FROM bronze.sales ORDER BY v"),
            "0.1234567890123456789012|2024-01-15 10:30:00.123456789\n1.10|2024-01-15 10:30:00");
}

TEST(LosslessValues, FormatsTakeNoInfinity) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "d\n15/01/2024\n16/01/2024\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "d\ninfinity\nepoch\n17/01/2024\n\"\"\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).batches.at(0).rows_failed_to_parse, 2);
  EXPECT_EQ(lake.Query("SELECT min(d), max(d), count(*) FROM bronze.sales"),
            "2024-01-15|2024-01-17|4");
}

TEST(LosslessValues, DecimalsAreNotRounded) {
  const std::string query = Stream("*.csv", "types => {'p': 'DECIMAL(9,2)'}");
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "p\n8.505\n8.50\n-0.001\n8.500\n\"\"\n");
  EXPECT_EQ(lake.Update(kTable, query).batches.at(0).rows_failed_to_parse, 2);
  EXPECT_EQ(lake.Query("SELECT sum(p), count(*) FROM bronze.sales"), "17.00|3");
}

TEST(LosslessValues, QuotedNothingIsATextBesideBadValuesToo) {
  const std::string query = Stream("*.csv", "nullstr => 'NA'");
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "t,n\na,1\n");
  lake.Update(kTable, query);
  lake.Write("landing/sales/b.csv", "t,n\n\"\",\"\"\nNA,NA\n\"NA\",\"NA\"\nb,x\n,2\n");
  EXPECT_EQ(lake.Update(kTable, query).batches.at(0).rows_failed_to_parse, 1);
  EXPECT_EQ(lake.Query("SELECT t = '', n FROM bronze.sales ORDER BY ALL"),
            "false|1\ntrue|NULL\nNULL|2\nNULL|NULL\nNULL|NULL");
}

TEST(OddCsv, AStrayReturnCostsItsLine) {
  for (const bool packed : {false, true}) {
    StreamForTest lake;
    const std::string query = Stream("*");
    lake.Write("landing/sales/a.csv", "id,n\n1,a\n");
    lake.Update(kTable, query);
    lake.Write("landing/sales/b.csv", "id,n\n2,b\n3,c\rd\n4,e\r\n5,\"f\n");
    if (packed) Pack(lake, "landing/sales/b.csv");
    EXPECT_EQ(lake.Update(kTable, query).rows_written(), 2) << packed;
    EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n4");
    EXPECT_EQ(lake.Query("SELECT line, byte_offset FROM bronze.sales__errors ORDER BY line"),
              "3|9\n5|20");
  }
}

TEST(OddCsv, LinesAreCountedWithBlankOnes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,2\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "\n\nid,n\n1,2\n\n\nx,3\n");
  lake.Write("landing/sales/c.csv", "id,n\r\n1,2\r\n\r\ny,3\r\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT line, byte_offset FROM bronze.sales__errors ORDER BY content"),
            "7|13\n4|13");
}

TEST(OddCsv, NamesOfOursMayBeColumns) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,__laguna_path\n1,x\n");
  EXPECT_EQ(lake.Update(kTable, Stream("*.csv", "filename => true")).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT __laguna_path, filename FROM bronze.sales"),
            "x|landing/sales/a.csv");
  lake.Query("COPY (SELECT 1 AS id, 'x' AS __laguna_path) TO 'landing/sales/a.parquet'");
  EXPECT_EQ(lake.Update("bronze.other", Stream("*.parquet")).rows_written(), 1);
}

TEST(OddCsv, AnotherDelimiterIsNamed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,2\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "id;n\n1;2\n");
  const auto error = lake.UpdateFailure(kTable, kCsv);
  EXPECT_NE(error.hint().find("';' between its values, not ','"), std::string::npos);
}

TEST(OddCsv, DaysThatMayBeMonthsAreTold) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,d\n1,05/01/2024\n2,06/02/2024\n");
  lake.Update(kTable, kCsv);
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_EQ(lake.notices[0],
            "Column d: 05/01/2024 is read as %d/%m/%Y; %m/%d/%Y would fit as well. dateformat => "
            "'%m/%d/%Y' says otherwise.");
  lake.Write("landing/sales/a.csv", "id,d\n1,25/01/2024\n2,06/02/2024\n");
  lake.Update("bronze.other", kCsv);
  EXPECT_EQ(lake.notices.size(), 1U);
}

TEST(LaterOptions, HoldForTheFilesToCome) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,NA\n");
  lake.Update(kTable, kCsv);
  const std::string query =
      Stream("*.csv", "nullstr => 'NA', delim => ';', types => {'price': 'DECIMAL(9,2)'}");
  lake.Restart();
  lake.Write("landing/sales/b.csv", "id;n;price\n2;NA;1.50\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT n, price, _rescued_data FROM bronze.sales ORDER BY id"),
            "NA|NULL|NULL\nNULL|1.50|NULL");
  EXPECT_EQ(lake.UpdateFailure(kTable, Stream("*.csv", "types => {'id': 'VARCHAR'}")).code(),
            "stream.source_changed");
}

TEST(OddJson, ArraysAndPrintedObjectsAreRead) {
  const std::string query = Stream("*.json");
  StreamForTest lake;
  lake.Write("landing/sales/a.json", "[\n  {\n    \"id\": 1,\n    \"n\": \"a\"\n  }\n]\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  lake.Write("landing/sales/b.json", "{\"id\":2,\"n\":\"b\"}\r\n\n{\"id\":\"x\"}\nnope\n");
  lake.Write("landing/sales/c.json", "{\n \"id\": 3\n}\n{\n \"id\": 4, \"m\": [1, 2]\n}\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 3);
  EXPECT_EQ(lake.Query("SELECT id, n FROM bronze.sales ORDER BY id"), "1|a\n2|b\n3|NULL\n4|NULL");
  EXPECT_EQ(lake.Query("SELECT line, byte_offset, column_name FROM bronze.sales__errors ORDER BY "
                       "line"),
            "3|19|id\n4|30|NULL");
}

TEST(OddJson, LongFilesAreReadInParts) {
  StreamForTest lake;
  std::string text;
  for (int i = 0; text.size() < (size_t{36} << 20); ++i) {
    text += "{\"id\":" + std::to_string(i) + ",\"t\":\"" + std::string(1000, 'x') + "\"}\n";
  }
  const int64_t rows = std::ranges::count(text, '\n');
  lake.Write("landing/sales/a.json", text + "nope\n");
  EXPECT_EQ(lake.Update(kTable, Stream("*.json")).rows_written(), rows);
  EXPECT_EQ(lake.Query("SELECT count(DISTINCT id), max(id) FROM bronze.sales"),
            std::to_string(rows) + "|" + std::to_string(rows - 1));
  EXPECT_EQ(lake.Query("SELECT line FROM bronze.sales__errors"), std::to_string(rows + 1));
}

TEST(OddParquet, FilesThatAreNoneAreSetAsideOrWait) {
  const std::string query = Stream("*.parquet");
  StreamForTest lake;
  lake.Write("landing/sales/x", "");
  lake.Query("COPY (SELECT 1 AS id) TO 'landing/sales/a.parquet'");
  lake.Update(kTable, query);
  lake.Write("landing/sales/b.parquet", "junk");
  lake.Write("landing/sales/c.parquet", std::string("PAR1") + std::string(100, '\0'));
  lake.Write("landing/sales/d.parquet",
             std::string("PAR1") + std::string(100, '\1') + std::string("\4\0\0\0PAR1", 8));
  lake.Query("COPY (SELECT 2 AS id) TO 'landing/sales/e.parquet'");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT file FROM bronze.sales__errors ORDER BY file"),
            "landing/sales/b.parquet\nlanding/sales/d.parquet");
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_NE(lake.notices[0].find("landing/sales/c.parquet"), std::string::npos);
}

}  // namespace
}  // namespace laguna::ingest
