// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_update.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ingest/source_columns.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

using base::ErrorKind;

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";
constexpr const char* kErrors =
    "SELECT file, byte_offset, column_name, content, _batch FROM bronze.sales__errors ORDER BY ALL";

TEST(UpdateStream, ReadsNewFilesOnce) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,20\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,30\n");
  const auto first = lake.Update(kTable, kQuery);
  ASSERT_EQ(first.batches.size(), 1U);
  EXPECT_EQ(first.batches[0].files_read, 2);
  EXPECT_EQ(first.batches[0].rows_written, 3);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");

  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  lake.Restart();
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());

  lake.Write("landing/sales/c.csv", "id,name,n\n4,w,40\n");
  const auto second = lake.Update(kTable, kQuery);
  ASSERT_EQ(second.batches.size(), 1U);
  EXPECT_EQ(second.batches[0].batch, 1);
  EXPECT_EQ(second.rows_written(), 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30\n4|w|40");
  EXPECT_TRUE(lake.notices.empty());
}

TEST(UpdateStream, WaitsForTheFirstFile) {
  StreamForTest lake;
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/empty.csv", "");
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/_hidden.csv", "id,name,n\n1,x,10\n");
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 1);
}

TEST(UpdateStream, SplitsIntoBatches) {
  StreamForTest lake;
  for (int i = 0; i < 5; ++i) {
    lake.Write("landing/sales/" + std::to_string(i) + ".csv",
               "id,name,n\n" + std::to_string(i) + ",x,1\n");
  }
  StreamUpdateOptions options;
  options.files_per_batch_max = 2;
  const auto report = lake.Update(kTable, kQuery, options);
  ASSERT_EQ(report.batches.size(), 3U);
  EXPECT_EQ(report.batches[2].files_read, 1);
  EXPECT_EQ(lake.Query("SELECT count(*), count(DISTINCT id) FROM bronze.sales"), "5|5");
}

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
  EXPECT_EQ(report.batches[0].rows_written, 1);
  EXPECT_EQ(report.batches[0].rows_failed_to_parse, 6);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n8");
  EXPECT_EQ(lake.Query(kErrors),
            "landing/sales/b.csv|10|n|3,z,thirty|1\n"
            "landing/sales/b.csv|21|n|4,y|1\n"
            "landing/sales/b.csv|25|NULL|5,y,50,extra|1\n"
            "landing/sales/b.csv|38|name|6,caf\\xE9,60|1\n"
            "landing/sales/b.csv|48|name|7,\"q\"x,70|1\n"
            "landing/sales/b.csv|66|NULL|9,\"open,90\n10,y,100|1");
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

TEST(UpdateStream, SetsLinesOfFilesWithMixedLineEndsAside) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\r\n3,z,30\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).batches.at(0).rows_failed_to_parse, 2);
  EXPECT_EQ(lake.Query("SELECT file, content FROM bronze.sales__errors ORDER BY content"),
            "landing/sales/b.csv|2,y,20\nlanding/sales/b.csv|3,z,30");
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
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2\n4");
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 2);
}

TEST(UpdateStream, LeavesEmptyFilesForLater) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Write("landing/sales/b.csv", "");
  lake.Update(kTable, kQuery);
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
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

TEST(UpdateStream, RefusesSourcesThatChangedPlaces) {
  StreamForTest lake;
  lake.Write("landing/a/1.csv", "id,v\n1,10\n");
  lake.Write("landing/b/1.csv", "id,w\n2,20\n");
  const std::string a = "SELECT id, v AS n FROM STREAM read_files('landing/a/*.csv')";
  const std::string b = "SELECT id, w AS n FROM STREAM read_files('landing/b/*.csv')";
  EXPECT_EQ(lake.Update(kTable, a + " UNION ALL " + b).rows_written(), 2);
  EXPECT_EQ(lake.UpdateFailure(kTable, b + " UNION ALL " + a).code(), "stream.source_changed");
  EXPECT_TRUE(lake.Update(kTable, a + " UNION ALL " + b).batches.empty());
  const engine::Script script(a + " UNION ALL " + b, "t.sql");
  const auto mentions = lake.session().Mentions(script, script.statements()[0]);
  EXPECT_EQ(SourceColumns(lake.environment(), lake.session(), kTable, mentions.at(1))->at(1).name,
            "w");
}

TEST(UpdateStream, LeavesTablesOfOthersAlone) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.sales__errors AS SELECT 1 AS mine");
  lake.Query("CREATE TABLE bronze.sales__quarantine AS SELECT 2 AS mine");
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,x\n");
  EXPECT_EQ(lake.UpdateFailure(kTable, kQuery).code(), "stream.foreign_table");
  EXPECT_EQ(lake.Query("FROM bronze.sales__errors"), "1");
  EXPECT_EQ(lake.Query("FROM bronze.sales__quarantine"), "2");
}

TEST(UpdateStream, RefusesToFinishABatchByOtherChecks) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery, {}, checks), base::Error);
  lake.Restart();
  checks[0].condition = "n < 0";
  EXPECT_EQ(lake.UpdateFailure(kTable, kQuery, {}, checks).code(), "stream.half_committed");
  checks[0].condition = "n > 0";
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n3|z|5");
}

TEST(UpdateStream, FollowsThePatternForABatchThatNeverCame) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/wrong/w.csv", "other\n1\n");
  EXPECT_EQ(
      lake.UpdateFailure(kTable, "SELECT * FROM STREAM read_files('landing/wrong/*.csv')").code(),
      "read_files.header");
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

TEST(UpdateStream, ReplaysEveryBatchThatATableFromABackupLacks) {
  StreamForTest lake;
  for (const char* name : {"a", "b", "c"}) {
    lake.Write(std::string("landing/sales/") + name + ".csv", std::string("id\n") + name + "\n");
    lake.Update(kTable, kQuery);
  }
  for (const char* commit : {"1", "2"}) {
    lake.Remove(std::string("bronze/sales/_delta_log/0000000000000000000") + commit + ".json");
  }
  lake.Restart();
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "a\nb\nc");
}

TEST(UpdateStream, FinishesARefreshThatDiedBehindItsSideTables) {
  StreamForTest lake;
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,-20\n3\n");
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n4,x,-40\n5\n");
  lake.Update(kTable, kQuery, {}, checks);
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  StreamUpdateOptions options;
  options.full_refresh = true;
  EXPECT_THROW(lake.Update(kTable, kQuery, options, checks), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine ORDER BY id"), "2\n4");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors ORDER BY content"), "3\n5");
  EXPECT_TRUE(lake.Update(kTable, kQuery, {}, checks).batches.empty());
}

TEST(UpdateStream, RefreshesInOneCommit) {
  StreamForTest lake;
  for (const char* name : {"a", "b", "c"}) {
    lake.Write(std::string("landing/sales/") + name + ".csv", "id,name,n\n1,x,10\n");
  }
  StreamUpdateOptions options;
  options.files_per_batch_max = 1;
  EXPECT_EQ(lake.Update(kTable, kQuery, options).batches.size(), 3U);
  options.full_refresh = true;
  EXPECT_EQ(lake.Update(kTable, kQuery, options).batches.size(), 1U);
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

TEST(UpdateStream, RefusesToReadAllAgainWithoutItsLog) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  std::filesystem::remove_all(lake.folder() / "lake/_laguna");
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "stream.log_lost");
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
}

TEST(UpdateStream, SaysWhichFolderItMayNotRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  std::filesystem::permissions(lake.folder() / "lake/landing/sales", std::filesystem::perms::none);
  const auto error = lake.UpdateFailure(kTable, kQuery);
  std::filesystem::permissions(lake.folder() / "lake/landing/sales",
                               std::filesystem::perms::owner_all);
  EXPECT_EQ(error.kind(), ErrorKind::kPermissionDenied);
  EXPECT_NE(error.sentence().find("landing/sales"), std::string::npos);
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

TEST(UpdateStream, TellsOfFilesThatChangedAfterTheyWereRead) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n3,z,30\n");
  lake.Remove("landing/sales/b.csv");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_NE(lake.notices[0].find("landing/sales/a.csv"), std::string::npos);
  EXPECT_NE(lake.notices[0].find("not read again"), std::string::npos);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

// The program dies between two steps; after a restart, every row is there once.
class Crashes : public testing::TestWithParam<const char*> {};

TEST_P(Crashes, ChangeNothing) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,20\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,30\n4,w,bad\n");
  lake.Restart(GetParam());
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "4,w,bad");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Crashes,
    testing::Values("put_if_absent:offsets/:before:error=Exhausted:1",  // before the plan
                    "put_if_absent:offsets/:after:error=Exhausted:1",   // planned
                    "put_if_absent:sales__errors/_delta_log:before:error=Exhausted:1",
                    "put_if_absent:sales/_delta_log:before:error=Exhausted:1"));

TEST(UpdateStream, BeginsAnewAfterACrashInItsFirstBatch) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "2,y");
}

TEST(UpdateStream, PlansAnewWhenAFileOfAnUncommittedBatchChanged) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z,30\n");
  const auto report = lake.Update(kTable, kQuery);
  ASSERT_EQ(report.batches.size(), 1U);
  EXPECT_EQ(report.batches[0].batch, 2);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(UpdateStream, RefusesAHalfCommittedBatchWhoseFileChanged) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z,30\n4,w,40\n");
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "stream.half_committed");
  EXPECT_NE(error.hint().find("--full-refresh"), std::string::npos);
  StreamUpdateOptions options;
  options.full_refresh = true;
  lake.Update(kTable, kQuery, options);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30\n4|w|40");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.sales__errors"), "0");
}

TEST(UpdateStream, KeepsNothingOfAFileThatGrowsWhileItIsRead) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Restart("head:landing/sales/b.csv:before:delay=400ms:1");
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::ofstream(lake.folder() / "lake/landing/sales/b.csv", std::ios::app) << "3,z,30\n";
  });
  const auto error = lake.UpdateFailure(kTable, kQuery);
  writer.join();
  EXPECT_EQ(error.code(), "stream.changed_while_read");
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 2);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
}

TEST(UpdateStream, FullRefreshReadsEverythingAgain) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const auto first = lake.Update(kTable, kQuery);
  lake.Write("landing/sales/a.csv", "id,name,n,colour\n1,x,10,red\n2,y,20,blue\n");
  StreamUpdateOptions options;
  options.full_refresh = true;
  const auto again = lake.Update(kTable, kQuery, options);
  EXPECT_NE(first.batches.at(0).stream_id, again.batches.at(0).stream_id);
  EXPECT_EQ(lake.Query("SELECT id, colour FROM bronze.sales ORDER BY id"), "1|red\n2|blue");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(UpdateStream, ReadsWhatATableGained) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.a AS SELECT 1 AS id");
  const std::string query = "SELECT id, id * 2 AS twice FROM STREAM bronze.a WHERE id <> 3";
  EXPECT_EQ(lake.Update("silver.a", query).rows_written(), 1);
  EXPECT_TRUE(lake.Update("silver.a", query).batches.empty());
  lake.Query("INSERT INTO bronze.a VALUES (2), (3)");
  EXPECT_EQ(lake.Update("silver.a", query).rows_written(), 1);
  EXPECT_EQ(lake.Query("FROM silver.a ORDER BY id"), "1|2\n2|4");
}

TEST(UpdateStream, RefusesATableThatWasRewritten) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.a AS SELECT 1 AS id");
  const std::string query = "SELECT id FROM STREAM bronze.a";
  lake.Update("silver.a", query);
  lake.Query("INSERT OVERWRITE bronze.a VALUES (7)");
  auto error = lake.UpdateFailure("silver.a", query);
  EXPECT_EQ(error.code(), "stream.source_rewritten");
  EXPECT_NE(error.hint().find("--full-refresh"), std::string::npos);
  lake.Query("DROP TABLE bronze.a; CREATE TABLE bronze.a AS SELECT 8 AS id");
  error = lake.UpdateFailure("silver.a", query);
  EXPECT_EQ(error.code(), "stream.source_rewritten");
  StreamUpdateOptions options;
  options.full_refresh = true;
  lake.Update("silver.a", query, options);
  EXPECT_EQ(lake.Query("FROM silver.a"), "8");
}

TEST(UpdateStream, ReadsTwoSourcesOfOneQuery) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.a AS SELECT 100 AS id, 'table' AS name, 1 AS n");
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const std::string query =
      "SELECT id, name, n FROM STREAM read_files('landing/sales/*.csv') UNION ALL "
      "SELECT id, name, n FROM STREAM bronze.a";
  EXPECT_EQ(lake.Update("silver.both", query).rows_written(), 2);
  lake.Query("INSERT INTO bronze.a VALUES (101, 'more', 2)");
  EXPECT_EQ(lake.Update("silver.both", query).rows_written(), 1);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  EXPECT_EQ(lake.Update("silver.both", query).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT id FROM silver.both ORDER BY id"), "1\n2\n100\n101");
}

TEST(UpdateStream, ChecksRows) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,,20\n3,z,-1\n4,,-2\n5,v,1000\n");
  const std::vector<RowCheck> checks = {
      {.name = "named", .condition = "name IS NOT NULL", .on_violation = OnViolation::kQuarantine},
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kDropRow},
      {.name = "sane", .condition = "n < 500", .on_violation = OnViolation::kKeep}};
  const auto report = lake.Update(kTable, kQuery, {}, checks);
  const auto& batch = report.batches.at(0);
  EXPECT_EQ(batch.rows_read, 5);
  EXPECT_EQ(batch.rows_written, 2);
  EXPECT_EQ(batch.rows_quarantined, 2);
  EXPECT_EQ(batch.rows_dropped, 1);
  ASSERT_EQ(batch.checks.size(), 3U);
  EXPECT_EQ(batch.checks[1].failed, 2);
  EXPECT_EQ(batch.checks[2].passed, 4);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n5|v|1000");
  EXPECT_EQ(lake.Query("SELECT id, _violations, _batch FROM bronze.sales__quarantine ORDER BY id"),
            "2|['named']|0\n4|['named', 'positive']|0");
}

TEST(UpdateStream, CommitsNothingWhenACheckFails) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kFail}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n4,w\n");
  const auto error = lake.UpdateFailure(kTable, kQuery, {}, checks);
  EXPECT_EQ(error.kind(), ErrorKind::kViolation);
  EXPECT_NE(error.sentence().find("\"n\":-20"), std::string::npos) << error.sentence();
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->line, 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  // The file is corrected, the batch is planned anew.
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

TEST(UpdateStream, QuarantinesOnceAcrossACrash) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n4,w\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery, {}, checks), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n3|z|5");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine"), "2");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "4,w");
}

TEST(UpdateStream, RefusesWhatItCannotFeed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Query("CREATE TABLE bronze.other AS SELECT 1 AS id");
  EXPECT_EQ(lake.UpdateFailure("bronze.other", kQuery).code(), "stream.foreign_table");
  EXPECT_EQ(lake.UpdateFailure(kTable, "SELECT 1 AS a").code(), "stream.no_source");
  auto error = lake.UpdateFailure(kTable, "SELECT * FROM STREAM read_file('a')");
  EXPECT_EQ(error.code(), "stream.unknown_source");
  EXPECT_NE(error.hint().find("read_files"), std::string::npos);
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->column, 22);
  error = lake.UpdateFailure(
      kTable, "SELECT * FROM STREAM read_files('landing/sales/*.csv', formt => 'csv')");
  EXPECT_EQ(error.code(), "read_files.option");
  EXPECT_NE(error.hint().find("format"), std::string::npos);
}

TEST(UpdateStream, RefusesAnotherWayOfReading) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  const auto error = lake.UpdateFailure(
      kTable, "SELECT * FROM STREAM read_files('landing/sales/*.csv', delim => ';')");
  EXPECT_EQ(error.code(), "stream.source_changed");
}

TEST(UpdateStream, AddsColumnsOfTheQueryAndRefusesChangedTypes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, "SELECT *, n * 1.5 AS more FROM STREAM read_files('landing/sales/*.csv')");
  EXPECT_EQ(lake.Query("SELECT id, more FROM bronze.sales ORDER BY id"), "1|NULL\n2|30.0");
  lake.Write("landing/sales/c.csv", "id,name,n\n3,z,30\n");
  const auto error = lake.UpdateFailure(
      kTable, "SELECT id, name, 'n' || n AS n FROM STREAM read_files('landing/sales/*.csv')");
  EXPECT_EQ(error.code(), "ingest.type_changed");
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

TEST(UpdateStream, ReadsFilesOutsideTheLakeAndOddNames) {
  StreamForTest lake;
  const auto outside = lake.folder() / "else where";
  std::filesystem::create_directories(outside);
  std::ofstream(outside / "a[1]*.csv") << "id,name,n\n1,x,10\n";
  std::ofstream(outside / "a1.csv") << "id,name,n\n2,y,20\n";
  const std::string query =
      "SELECT * FROM STREAM read_files('else where/a*.csv', filename => true)";
  EXPECT_EQ(lake.Update(kTable, query).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT filename FROM bronze.sales ORDER BY id"),
            (outside / "a[1]*.csv").string() + "\n" + (outside / "a1.csv").string());
}

TEST(SourceColumns, AreThoseOfTheFiles) {
  StreamForTest lake;
  const engine::Script script("SELECT * FROM STREAM read_files('landing/sales/*.csv')", "t.sql");
  const auto mention = lake.session().Mentions(script, script.statements()[0]).at(0);
  EXPECT_FALSE(SourceColumns(lake.environment(), lake.session(), kTable, mention));
  lake.Write("landing/sales/a.csv", "id,name\n1,x\n");
  const auto columns = SourceColumns(lake.environment(), lake.session(), kTable, mention);
  ASSERT_TRUE(columns);
  ASSERT_EQ(columns->size(), 3U);
  EXPECT_EQ((*columns)[0].type, "BIGINT");
  EXPECT_EQ((*columns)[2].name, "_rescued_data");
}

TEST(ReadFiles, WorksWithoutStream) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name\n1,x\n2,y\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,1\n");
  EXPECT_EQ(lake.Query("SELECT id, name, n FROM read_files('landing/sales/*.csv') ORDER BY id"),
            "1|x|NULL\n2|y|NULL\n3|z|1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM read_files('landing/sales')"), "3");
  lake.Write("landing/sales/c.csv", "id,name\n4,\"z\n");
  EXPECT_THROW(lake.Query("FROM read_files('landing/sales/*.csv')"), base::Error);
  EXPECT_THROW(lake.Query("FROM read_files('landing/nothing/*.csv')"), base::Error);
}

}  // namespace
}  // namespace laguna::ingest
