// SPDX-License-Identifier: Apache-2.0
// What a stream takes for new, and what it says of sources that are not as they were.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "ingest/source_columns.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;

using base::ErrorKind;

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";

void Touch(const fs::path& file) {
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours(1));
}

TEST(FileStream, TakesAnotherTimeForNoChange) {
  StreamForTest lake;
  const fs::path folder = lake.folder() / "lake/landing/sales";
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Write("landing/sales/b.csv", "id,n\n2,20\n");
  lake.Update(kTable, kQuery);
  Touch(folder / "a.csv");
  EXPECT_TRUE(lake.Update(kTable, kQuery).changed_files.empty());
  lake.Write("landing/sales/c.csv", "id,n\n3,30\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 1);
  EXPECT_TRUE(lake.notices.empty()) << lake.notices[0];
  // Other bytes of the same number.
  lake.Write("landing/sales/b.csv", "id,n\n2,21\n");
  Touch(folder / "b.csv");
  EXPECT_EQ(lake.Update(kTable, kQuery).changed_files,
            std::vector<std::string>{"landing/sales/b.csv"});
}

TEST(FileStream, KnowsAFolderByEveryName) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery);
  fs::create_directory_symlink("sales", lake.folder() / "lake/landing/link");
  fs::create_directory_symlink(lake.folder() / "lake", lake.folder() / "way");
  const std::string way = (lake.folder() / "way/landing/./sales/*.csv").string();
  for (const std::string& pattern : {std::string("landing/link/*.csv"), way,
                                     std::string("landing/../lake/landing/sales/*.csv")}) {
    lake.Restart();
    EXPECT_TRUE(
        lake.Update(kTable, "SELECT * FROM STREAM read_files('" + pattern + "')").batches.empty())
        << pattern;
  }
  lake.Write("landing/sales/b.csv", "id,n\n2,20\n");
  const auto report = lake.Update(
      kTable, "SELECT * FROM STREAM read_files(['landing/link/*.csv', 'landing/sales/*.csv'])");
  EXPECT_EQ(report.rows_written(), 1);
}

TEST(FileStream, SaysThatNothingMatches) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery);
  lake.Update(kTable, "SELECT * FROM STREAM read_files('landing/salse/*.csv')");
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_EQ(lake.notices[0],
            "No file matches landing/salse/*.csv (there is no folder landing/salse; did you mean "
            "landing/sales?).");
  const auto waits =
      lake.Update("bronze.other", "SELECT * FROM STREAM read_files('landing/nowhere/x/*.csv')");
  EXPECT_TRUE(waits.waits_for_source);
  EXPECT_EQ(waits.missing, "landing/nowhere/x/*.csv (there is no folder landing/nowhere)");
}

TEST(FileStream, RefusesAMisspeltZone) {
  StreamForTest lake;
  const std::string query = "SELECT * FROM STREAM read_files('landng/sales/*.csv')";
  const auto error = lake.UpdateFailure(kTable, query);
  EXPECT_EQ(error.code(), "read_files.unknown_zone");
  EXPECT_EQ(error.hint(), "Did you mean 'landing'?");
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->column, 22);
  const engine::Script script(query, "t.sql");
  const auto mention = lake.session().Mentions(script, script.statements()[0]).at(0);
  EXPECT_THROW(SourceColumns(lake.environment(), lake.session(), kTable, mention), base::Error);
  // A folder of that name beside the lake is no mistake.
  fs::create_directories(lake.folder() / "landng/sales");
  EXPECT_TRUE(lake.Update(kTable, query).waits_for_source);
}

TEST(FileStream, NamesThePartnerItWaitsFor) {
  StreamForTest lake;
  lake.Write("landing/a/1.csv", "id\n1\n");
  const std::string a = "SELECT id FROM STREAM read_files('landing/a/*.csv') UNION ALL ";
  const auto waits = lake.Update(kTable, a + "SELECT id FROM STREAM read_files('landing/b/*.csv')");
  EXPECT_TRUE(waits.waits_for_source);
  EXPECT_EQ(waits.missing, "landing/b/*.csv (there is no folder landing/b)");
  ASSERT_EQ(lake.notices.size(), 1U);
  EXPECT_NE(lake.notices[0].find("other streams have waits for it"), std::string::npos);
  const std::string typed = a +
                            "SELECT id FROM STREAM read_files('landing/b/*.csv', format => 'csv', "
                            "columns => {'id': 'BIGINT'}, header => true)";
  EXPECT_EQ(lake.Update(kTable, typed).rows_written(), 1);
  lake.Write("landing/b/1.csv", "id\n2\n");
  EXPECT_EQ(lake.Update(kTable, typed).rows_written(), 1);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n2");
}

TEST(TableStream, NoticesATableThatWasPutBackAndGrewAgain) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.a AS SELECT 1 AS id");
  lake.Query("INSERT INTO bronze.a VALUES (2)");
  const std::string query = "SELECT id FROM STREAM bronze.a";
  lake.Update("silver.a", query);
  lake.Remove("bronze/a/_delta_log/00000000000000000001.json");
  lake.Restart();
  lake.Query("INSERT INTO bronze.a VALUES (17)");
  lake.Query("INSERT INTO bronze.a VALUES (18)");
  const auto error = lake.UpdateFailure("silver.a", query);
  EXPECT_EQ(error.code(), "stream.source_rewritten");
  EXPECT_NE(error.sentence().find("another version 1 than the one that was read"),
            std::string::npos)
      << error.sentence();
  StreamUpdateOptions options;
  options.full_refresh = true;
  lake.Update("silver.a", query, options);
  EXPECT_EQ(lake.Query("FROM silver.a ORDER BY id"), "1\n17\n18");
}

TEST(TableStream, TakesNamesWithQuotes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\nx\n");
  lake.Update("bronze.qu\"ote", kQuery);
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.\"qu\"\"ote__errors\""), "x");
  EXPECT_EQ(lake.Update("silver.a", "SELECT id FROM STREAM bronze.\"qu\"\"ote\"").rows_written(),
            1);
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

}  // namespace
}  // namespace laguna::ingest
