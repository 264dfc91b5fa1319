// SPDX-License-Identifier: Apache-2.0
#include "engine/store_file_system.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "engine/database.h"
#include "engine/duckdb.h"
#include "engine/session.h"
#include "io/store/fault.h"
#include "io/store/local.h"
#include "io/store/memory.h"
#include "io/temporary_folder.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

// A lake's folder with a local storage root, and a bucket in memory.
class StoreFileSystemTest : public testing::Test {
 protected:
  DatabaseConfig Config() {
    DatabaseConfig config;
    config.setups.push_back(
        MountStores({{root_, local_}, {"mem://bucket", memory_}}, [this](std::string_view path) {
          return path.starts_with("landing/") ? root_ + "/" + std::string(path)
                                              : folder_ + "/" + std::string(path);
        }));
    return config;
  }
  std::string TextOf(const std::string& sql) {
    std::string text;
    for (const auto& row : session_.Run(sql).Drain()) {
      text += (text.empty() ? "" : "|") + row.at(0).ToText();
    }
    return text;
  }
  Error ErrorOf(const std::string& sql) {
    try {
      session_.Run(sql).Drain();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error: " << sql;
    return Error(ErrorKind::kInternal, "", "");
  }

  io::TemporaryFolder temporary_{"store"};
  const std::string folder_ = temporary_.path();
  const std::string root_ = folder_ + "/lake";
  base::SystemClock clock_;
  io::LocalObjectStore local_{root_};
  io::MemoryObjectStore memory_{clock_, "mem://bucket/"};
  Database database_{Config()};
  Session session_{database_};
};

TEST_F(StoreFileSystemTest, RelativePathsOfAZoneLieInTheStore) {
  local_.Put("landing/a.csv", "x\n1\n2\n");
  EXPECT_EQ(TextOf("SELECT sum(x) FROM 'landing/a.csv'"), "3");
  EXPECT_EQ(TextOf("SELECT sum(x) FROM '" + root_ + "/landing/a.csv'"), "3");
  session_.Run("COPY (SELECT 7 AS x) TO 'landing/b.csv'");
  EXPECT_EQ(io::ReadAll(local_, "landing/b.csv", 100), "x\n7\n");
  session_.Run("COPY (SELECT 8 AS x) TO 'landing/b.csv'");
  EXPECT_EQ(io::ReadAll(local_, "landing/b.csv", 100), "x\n8\n");
}

TEST_F(StoreFileSystemTest, OtherRelativePathsCountFromTheLakesFolder) {
  session_.Run("COPY (SELECT 7 AS x) TO 'note.csv'");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/note.csv"));
  EXPECT_EQ(TextOf("SELECT x FROM 'note.csv'"), "7");
  EXPECT_EQ(TextOf("SELECT x FROM 'n*.csv'"), "7");
}

TEST_F(StoreFileSystemTest, ParquetGoesBothWays) {
  session_.Run(
      "COPY (SELECT i, i::VARCHAR AS s FROM range(300000) r(i)) TO "
      "'mem://bucket/t/data.parquet' (ROW_GROUP_SIZE 20000)");
  ASSERT_TRUE(memory_.Head("t/data.parquet"));
  EXPECT_EQ(TextOf("SELECT sum(i) FROM 'mem://bucket/t/data.parquet'"), "44999850000");
  EXPECT_EQ(TextOf("SELECT s FROM 'mem://bucket/t/data.parquet' WHERE i = 123456"), "123456");
}

// DuckDB takes the headers of pages byte by byte.
TEST_F(StoreFileSystemTest, SmallReadsTakeAlongWhatIsBehindThem) {
  io::FaultObjectStore traced(local_);
  DatabaseConfig config;
  config.setups.push_back(
      MountStores({{root_, traced}}, [](std::string_view path) { return std::string(path); }));
  Database database{config};
  Session session{database};
  const std::string file = "'" + root_ + "/t.parquet'";
  session.Run("COPY (SELECT i, i % 7 AS j FROM range(300000) r(i)) TO " + file +
              " (ROW_GROUP_SIZE 20000)");
  const size_t before = traced.Trace().size();
  const auto rows = session.Run("SELECT sum(i), sum(j) FROM " + file).Drain();
  EXPECT_EQ(rows.at(0).at(0).ToText(), "44999850000");
  EXPECT_EQ(rows.at(0).at(1).ToText(), "899997");
  // 30 pieces of columns, each with a page or two.
  EXPECT_LE(traced.Trace().size() - before, 30U * 5);
}

TEST_F(StoreFileSystemTest, AReplacedObjectIsReadAnew) {
  session_.Run("COPY (SELECT 1 AS x) TO 'mem://bucket/a.parquet'");
  EXPECT_EQ(TextOf("SELECT x FROM 'mem://bucket/a.parquet'"), "1");
  session_.Run("COPY (SELECT 2 AS x) TO 'mem://bucket/a.parquet'");
  EXPECT_EQ(TextOf("SELECT x FROM 'mem://bucket/a.parquet'"), "2");
}

TEST_F(StoreFileSystemTest, GlobsMatchBySegment) {
  for (const char* key : {"z/a1.csv", "z/a2.csv", "z/b1.csv", "z/y/a1.csv", "z/y/x/a3.csv"}) {
    memory_.Put(key, "x\n1\n");
  }
  const std::pair<const char*, const char*> cases[] = {
      {"z/*.csv", "3"},     {"z/a?.csv", "2"},         {"z/[ab]1.csv", "2"}, {"z/**/*.csv", "5"},
      {"z/*/a1.csv", "1"},  {"**/a3.csv", "1"},        {"z/y/**", "2"},      {"z/a1.csv", "1"},
      {"*/y/*/*.csv", "1"}, {"z/**/y/**/a*.csv", "2"},
  };
  for (const auto& [pattern, count] : cases) {
    EXPECT_EQ(TextOf("SELECT count(*) FROM glob('mem://bucket/" + std::string(pattern) + "')"),
              count)
        << pattern;
  }
  EXPECT_EQ(ErrorOf("FROM 'mem://bucket/nix/*.csv'").kind(), ErrorKind::kNotFound);
}

TEST_F(StoreFileSystemTest, AFailedWriteLeavesNothing) {
  ErrorOf(
      "COPY (SELECT CASE WHEN i = 299999 THEN error('stop') ELSE i END FROM range(300000) r(i)) "
      "TO 'mem://bucket/bad.csv'");
  EXPECT_TRUE(io::ListAll(memory_, "").empty());
}

TEST_F(StoreFileSystemTest, AMissingFileIsNotFound) {
  EXPECT_EQ(ErrorOf("FROM 'landing/nix.csv'").kind(), ErrorKind::kNotFound);
  EXPECT_EQ(ErrorOf("FROM read_csv('mem://bucket/nix.csv')").kind(), ErrorKind::kNotFound);
}

TEST_F(StoreFileSystemTest, PartitionedWritesAndListings) {
  session_.Run(
      "COPY (SELECT i % 3 AS p, i FROM range(10) r(i)) TO 'mem://bucket/parts' "
      "(FORMAT parquet, PARTITION_BY p)");
  EXPECT_EQ(io::ListAll(memory_, "parts/").size(), 3U);
  EXPECT_EQ(
      TextOf("SELECT sum(i) FROM read_parquet('mem://bucket/parts/**/*.parquet') WHERE p = 1"),
      "12");
}

}  // namespace
}  // namespace laguna::engine
