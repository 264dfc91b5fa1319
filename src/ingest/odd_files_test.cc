// SPDX-License-Identifier: Apache-2.0
// Files that are not what they should be, and values that look like others: nothing is lost or
// changed without a word.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "ingest/file_kind.h"
#include "ingest/line_text.h"
#include "ingest/source_column.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kTable = "bronze.sales";
const std::string kCsv = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";

TEST(StreamOfTwoLakes, IsNeverFedTwice) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.parquet')";
  for (int nth = 1; nth <= 12; ++nth) {
    StreamForTest first;
    first.Write("landing/sales/x", "");
    first.Query("COPY (SELECT 1 AS id) TO 'landing/sales/a.parquet'");
    first.Restart("open:a.parquet:before:delay=300ms:" + std::to_string(nth));
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      StreamForTest second(&first);
      try {
        second.Update(kTable, query);
      } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::kConflict) << error.sentence();
      }
    });
    try {
      first.Update(kTable, query);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kConflict) << error.sentence();
    }
    other.join();
    first.Restart();
    EXPECT_EQ(first.Query("SELECT count(*) FROM bronze.sales"), "1") << nth;
  }
}

TEST(PackedSource, FilesThatAreNotWholeAreNotReadInPart) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*')";
  StreamForTest lake;
  lake.Write("landing/sales/x", "");
  lake.Query(
      "COPY (SELECT range AS id, md5(range::VARCHAR) AS t FROM range(20000)) TO "
      "'landing/sales/a.csv.gz' (HEADER)");
  lake.Remove("landing/sales/x");
  const auto path = lake.folder() / "lake/landing/sales/a.csv.gz";
  const auto cut = lake.folder() / "lake/landing/sales/b.csv.gz";
  std::filesystem::copy_file(path, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(path) / 2);
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 20'000);
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_EQ(lake.notices[0],
            "1 file is cut off and not read (landing/sales/b.csv.gz); the next run looks again.");
  std::filesystem::copy_file(path, cut, std::filesystem::copy_options::overwrite_existing);
  lake.Restart();
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 20'000);
}

TEST(PackedSource, DamagedFilesAreSetAside) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.csv*')";
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,t\n1,x\n");
  lake.Update(kTable, query);
  lake.Query(
      "COPY (SELECT range AS id, md5(range::VARCHAR) AS t FROM range(20000)) TO "
      "'landing/sales/b.csv.gz' (HEADER)");
  std::fstream file(lake.folder() / "lake/landing/sales/b.csv.gz",
                    std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100'000);
  file.put('\x55').put('\x55').put('\x55');
  file.close();
  const auto report = lake.Update(kTable, query);
  EXPECT_EQ(report.rows_written(), 0);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 1);
  EXPECT_EQ(lake.Query("SELECT file, line FROM bronze.sales__errors"),
            "landing/sales/b.csv.gz|NULL");
}

TEST(CsvSource, AFileThatGrowsHoldsUpNoOther) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "id,n\n2,20\n");
  lake.Write("landing/sales/c.csv", "id,n\n3,30\n");
  lake.Restart("head:landing/sales/b.csv:before:delay=400ms:1");
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::ofstream(lake.folder() / "lake/landing/sales/b.csv", std::ios::app) << "4,40\n";
  });
  const auto report = lake.Update(kTable, kCsv);
  writer.join();
  EXPECT_EQ(report.rows_written(), 1);
  EXPECT_TRUE(report.changed_files.empty());
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_NE(lake.notices[0].find("landing/sales/b.csv changed while it was read, and waits"),
            std::string::npos)
      << lake.notices[0];
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n3");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n3\n4");
}

TEST(PackedSource, AFileThatSaysNothingHidesNoOther) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.csv*')";
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,t\n1,x\n");
  lake.Query("COPY (SELECT 'q' AS line WHERE false) TO 'landing/sales/b.csv.gz' (HEADER false)");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT id, t FROM bronze.sales"), "1|x");
}

TEST(CsvSource, AFileThatCannotBeUnderstoodHidesNoOther) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.csv*')";
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n,t\n1,a,b\n");
  lake.Query(
      "COPY (FROM (VALUES ('id,n,t'), ('99,\"q\"junk,9')) v(line)) TO 'landing/sales/b.csv.gz' "
      "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIM '|')");
  const auto report = lake.Update(kTable, query);
  EXPECT_GE(report.rows_written(), 1);
  EXPECT_EQ(report.rows_written() + report.batches.at(0).rows_failed_to_parse, 2)
      << lake.Query("FROM bronze.sales__errors");
}

TEST(CsvSource, QuotedNothingIsAText) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,t,n\n1,\"\",\"5\"\n2,,\"\"\n3,x,\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 3);
  EXPECT_EQ(lake.Query("SELECT id, t IS NULL, n FROM bronze.sales ORDER BY id"),
            "1|false|5\n2|true|NULL\n3|false|NULL");
}

TEST(CsvSource, NumbersOutOfReachAreNoDouble) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,x\n1,1.5\n2,-2e3\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv",
             "id,x\n3,1e400\n4,12345678901234567891\n5,+.5\n6,1_0.5\n7,1e3\n");
  const auto report = lake.Update(kTable, kCsv);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 3);
  EXPECT_EQ(lake.Query("SELECT id, x FROM bronze.sales ORDER BY id"),
            "1|1.5\n2|-2000.0\n5|0.5\n7|1000.0");
}

TEST(CsvSource, LongIdentifiersStayAsTheyAre) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id\n12345678901234567890\n12345678901234567891\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT count(DISTINCT id), max(id::VARCHAR) FROM bronze.sales"),
            "2|12345678901234567891");
}

TEST(CsvSource, DaysWithoutADateAreNone) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "d\n2024-01-15\n2024-01-16\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "d\ninfinity\nepoch\n2024-01-17\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).batches.at(0).rows_failed_to_parse, 2);
  EXPECT_EQ(lake.Query("SELECT max(d), min(d) FROM bronze.sales"), "2024-01-17|2024-01-15");
}

TEST(CsvSource, NamesAreMadeStorable) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "Order ID,Total (USD)\n1,2.5\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).rows_written(), 1);
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_EQ(lake.notices[0],
            "Tables have no such column names, so \"Order ID\" is Order_ID, \"Total (USD)\" is "
            "Total_USD.");
  lake.Restart();
  lake.Write("landing/sales/b.csv", "Total (USD),Order ID\n3.5,2\n");
  lake.Update(kTable, kCsv);
  EXPECT_EQ(lake.Query("SELECT Order_ID, Total_USD FROM bronze.sales ORDER BY ALL"),
            "1|2.5\n2|3.5");
  EXPECT_EQ(lake.notices.size(), 1U);
}

TEST(StorableName, HasNothingThatDeltaRefuses) {
  EXPECT_EQ(StorableName("a"), "a");
  EXPECT_EQ(StorableName(" a ,;b= (c)"), "a_b_c");
  EXPECT_EQ(StorableName("(){}"), "");
  EXPECT_EQ(StorableNames({"a b", "a_b", "()"}),
            (std::vector<std::string>{"a_b", "a_b_1", "column2"}));
}

TEST(CsvSource, OtherKindsOfFilesAreNamed) {
  struct {
    const char* text;
    const char* kind;
  } const cases[] = {{"PAR1\x15\x04", "a Parquet file"},
                     {"{\"id\": 1}\n", "JSON"},
                     {"[\n {\"id\": 1}]\n", "JSON"},
                     {"\x1F\x8B\x08\x01", "packed by gzip"}};
  for (const auto& each : cases) {
    StreamForTest lake;
    lake.Write("landing/sales/a.csv", "id,n\n1,2\n");
    lake.Update(kTable, kCsv);
    lake.Write("landing/sales/b.csv", each.text);
    const auto error = lake.UpdateFailure(kTable, kCsv);
    EXPECT_EQ(error.code(), "read_files.kind");
    EXPECT_NE(error.sentence().find("landing/sales/b.csv"), std::string::npos);
    EXPECT_NE(error.sentence().find(each.kind), std::string::npos) << error.sentence();
  }
}

TEST(CsvSource, ThousandsOfColumnsAreNone) {
  StreamForTest lake;
  std::string line = "c0";
  for (int i = 1; i < 20'000; ++i) line += ",c" + std::to_string(i);
  lake.Write("landing/sales/a.csv", line + "\n" + line + "\n");
  EXPECT_EQ(lake.UpdateFailure(kTable, kCsv).code(), "read_files.header");
}

TEST(CsvSource, BytesThatAreNoTextAreKept) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,t,n\n1,x,3\n");
  lake.Update(kTable, kCsv);
  lake.Write("landing/sales/b.csv", "id,t,n\n8,x,3\n9,Bogot\xE1,3\n");
  lake.Write("landing/sales/c.csv", "id,t,n\nlong," + std::string(30'000, 'y') + ",3\n");
  EXPECT_EQ(lake.Update(kTable, kCsv).batches.at(0).rows_failed_to_parse, 2);
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors WHERE file LIKE '%b.csv'"),
            "9,Bogot\\xE1,3");
  EXPECT_EQ(lake.Query("SELECT right(content, 20) FROM bronze.sales__errors WHERE file LIKE "
                       "'%c.csv'"),
            "yyy... (30007 bytes)");
}

TEST(CutText, SaysWhatItLeavesOut) {
  EXPECT_EQ(CutText("abc\r\n", 10, 5), "abc");
  EXPECT_EQ(CutText("abcdef", 3, 6), "abc... (6 bytes)");
  EXPECT_EQ(CutText("ab\xC3\xA4", 3, 4), "ab... (4 bytes)");
  EXPECT_EQ(EscapedText(std::string("a\0\xFFz", 4)), "a\\x00\\xFFz");
}

TEST(CsvSource, AVeryLongLineOfTheFirstFileIsSetAside) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,t\n1,a\n2," + std::string(3'000'000, 'x') + "\n3,b\n");
  const auto report = lake.Update(kTable, kCsv);
  EXPECT_EQ(report.rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT reason, right(content, 19) FROM bronze.sales__errors"),
            "The line is longer than 2000000 bytes.|... (3000002 bytes)");
}

TEST(CsvSource, AColumnNamedAsTheRescueColumnIsNamed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "_rescued_data,a\nx,1\n");
  const auto error = lake.UpdateFailure(kTable, kCsv);
  EXPECT_EQ(error.code(), "read_files.rescued_data_column");
  EXPECT_NE(error.hint().find("rescued_data_column =>"), std::string::npos);
}

TEST(JsonSource, LongIdentifiersStayAsTheyAre) {
  StreamForTest lake;
  lake.Write("landing/sales/a.json",
             "{\"id\":12345678901234567890}\n{\"id\":12345678901234567891}\n");
  EXPECT_EQ(
      lake.Update(kTable, "SELECT * FROM STREAM read_files('landing/sales/*.json')").rows_written(),
      2);
  EXPECT_EQ(lake.Query("SELECT max(id), min(id) FROM bronze.sales"),
            "12345678901234567891|12345678901234567890");
}

TEST(FolderSource, LinksAreNotFollowedByStars) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/**/*.csv')";
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,2\n");
  lake.Write("landing/sales/b/c.csv", "id,n\n2,2\n");
  std::filesystem::create_directory_symlink(".", lake.folder() / "lake/landing/sales/loop");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 2);
}

TEST(JsonSource, ZonesOfTimesAreKept) {
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.json')";
  StreamForTest lake;
  lake.Write("landing/sales/a.json",
             "{\"t\":\"2024-01-01T10:00:00+05:00\",\"u\":\"2024-01-01T10:00:00\",\"v\":"
             "\"2024-01-01T10:00:00\"}\n"
             "{\"t\":\"2024-01-02T10:00:00+05:00\",\"u\":\"2024-01-01T10:00:00-0300\"}\n");
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT typeof(t), typeof(u), typeof(v), epoch(t) FROM bronze.sales ORDER "
                       "BY t LIMIT 1"),
            "TIMESTAMP WITH TIME ZONE|VARCHAR|TIMESTAMP|1704085200.0");
}

}  // namespace
}  // namespace laguna::ingest
