// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

void MakeSales(LakeForTest& lake, const std::string& root = "bronze/sales") {
  lake.MakeTable(
      root, Field("id", "long", false, R"({"comment":"the key"})") + "," + Field("item", "string"),
      {{.name = "a.parquet",
        .query = "SELECT 1::BIGINT AS id, 'tea' AS item UNION ALL SELECT 2, NULL"}},
      R"(,"description":"what was sold")");
}

TEST(LakeCatalog, ReadsTablesByAnyOfTheirNames) {
  LakeForTest lake;
  MakeSales(lake);
  for (const auto* name : {"bronze.sales", "lake.bronze.sales", "sales", "BRONZE.Sales"}) {
    EXPECT_EQ(lake.Query(std::string("SELECT id, item FROM ") + name + " ORDER BY id"),
              "1|tea\n2|NULL")
        << name;
  }
}

TEST(LakeCatalog, SessionsStartInTheFirstSchema) {
  LakeForTest lake;
  EXPECT_EQ(lake.Query("SELECT current_database(), current_schema()"), "lake|bronze");
}

TEST(LakeCatalog, ShowsSchemasTablesAndColumns) {
  LakeForTest lake;
  MakeSales(lake);
  MakeSales(lake, "extra/more");
  EXPECT_EQ(lake.Query("SELECT schema_name FROM information_schema.schemata "
                       "WHERE catalog_name = 'lake' ORDER BY ALL"),
            "bronze\nextra\nsilver");
  EXPECT_EQ(lake.Query("SHOW TABLES"), "sales");
  EXPECT_EQ(lake.Query("SELECT schema_name, table_name, comment, estimated_size, column_count "
                       "FROM duckdb_tables() ORDER BY ALL"),
            "bronze|sales|what was sold|NULL|2\nextra|more|what was sold|NULL|2");
  EXPECT_EQ(lake.Query("SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
                       "WHERE table_name = 'sales' ORDER BY column_index"),
            "id|BIGINT|false|the key\nitem|VARCHAR|true|NULL");
  EXPECT_EQ(lake.Query("SELECT column_name, column_type, \"null\" FROM (DESCRIBE sales)"),
            "id|BIGINT|NO\nitem|VARCHAR|YES");
  EXPECT_EQ(lake.Query("SELECT name FROM (SHOW ALL TABLES) WHERE database = 'lake' ORDER BY 1"),
            "more\nsales");
}

TEST(LakeCatalog, MisspeltNamesAreAnsweredWithTheNearest) {
  LakeForTest lake;
  MakeSales(lake);
  struct Case {
    const char* sql;
    const char* says;
    int column;
  };
  const Case cases[] = {
      {"SELECT * FROM bronze.salse", "sales", 15},
      {"SELECT * FROM bronz.sales", "bronze", 15},
      {"SELECT * FROM lake.bronz.sales", "bronze", 20},
      {"SELECT * FROM lading.x", "Did you mean landing? It holds files", 15},
      {"SELECT * FROM landing.x", "read_csv('landing/", 15},
  };
  for (const auto& test : cases) {
    const auto error = lake.Failure(test.sql);
    EXPECT_NE(error.Report().find(test.says), std::string::npos) << error.Report();
    EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound) << test.sql;
    ASSERT_TRUE(error.place()) << test.sql;
    EXPECT_EQ(error.place()->column, test.column) << test.sql;
  }
}

TEST(LakeCatalog, FoldersThatDifferByCaseAreAnError) {
  LakeForTest lake;
  MakeSales(lake, "bronze/sales");
  MakeSales(lake, "bronze/Sales");
  const auto error = lake.Failure("SELECT * FROM bronze.sales");
  EXPECT_EQ(error.code(), "catalog.ambiguous_name");
}

TEST(LakeCatalog, HiddenFoldersAndPlainFoldersAreNoTables) {
  LakeForTest lake;
  MakeSales(lake, "bronze/_hidden");
  MakeSales(lake, "_laguna/x");
  lake.Write("bronze/notes/readme.txt", "no table");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM duckdb_tables()"), "0");
  EXPECT_EQ(lake.Failure("SELECT * FROM bronze._hidden").kind(), base::ErrorKind::kNotFound);
}

TEST(LakeCatalog, ABrokenTableDoesNotHideTheOthers) {
  LakeForTest lake;
  MakeSales(lake);
  lake.Write("bronze/broken/_delta_log/00000000000000000000.json", "{not json");
  EXPECT_EQ(lake.Query("SHOW TABLES"), "broken\nsales");
  EXPECT_EQ(lake.Query("SELECT comment LIKE 'cannot be read: %' FROM duckdb_tables() "
                       "WHERE table_name = 'broken'"),
            "true");
  EXPECT_EQ(lake.Failure("SELECT * FROM bronze.broken").kind(), base::ErrorKind::kCorrupt);
}

TEST(LakeCatalog, ATableWithTwoColumnsOfOneNameDoesNotHideTheOthers) {
  LakeForTest lake;
  MakeSales(lake);
  lake.MakeTable("bronze/twice", Field("i", "long") + "," + Field("I", "long"), {});
  EXPECT_EQ(lake.Query("SHOW TABLES"), "sales\ntwice");
}

TEST(LakeCatalog, OneLookUpReadsNoOtherTable) {
  LakeForTest lake;
  MakeSales(lake);
  lake.Write("bronze/broken/_delta_log/00000000000000000000.json", "{not json");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM sales"), "2");
}

TEST(LakeCatalog, ViewsAreFiles) {
  LakeForTest lake;
  MakeSales(lake);
  lake.Write("silver/named.view.sql", "SELECT id FROM bronze.sales WHERE item IS NOT NULL");
  EXPECT_EQ(lake.Query("SELECT * FROM silver.NAMED"), "1");
  EXPECT_EQ(lake.Query("SELECT view_name FROM duckdb_views() WHERE schema_name = 'silver'"),
            "named");
  lake.Write("silver/named.view.sql", "SELECT id + 1 AS n FROM bronze.sales");
  EXPECT_EQ(lake.Query("SELECT * FROM silver.named ORDER BY 1"), "2\n3");
  lake.Write("silver/bad.view.sql", "SELEC 1");
  EXPECT_EQ(lake.Failure("SELECT * FROM silver.bad").code(), "catalog.bad_view");
}

TEST(LakeCatalog, LinksAreRefusedByName) {
  LakeForTest lake;
  lake.Write("bronze/far.link", "s3://bucket/far");
  const auto error = lake.Failure("SELECT * FROM bronze.far");
  EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
  EXPECT_NE(error.sentence().find("bronze.far"), std::string::npos);
}

TEST(LakeCatalog, ReadsOldVersions) {
  LakeForTest lake;
  MakeSales(lake);
  const TestFile more{.name = "b.parquet", .query = "SELECT 3::BIGINT AS id, 'jam' AS item"};
  lake.Commit("bronze/sales", 1, lake.Add("bronze/sales", more));
  EXPECT_EQ(lake.Query("SELECT count(*) FROM sales"), "3");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM sales AT (VERSION => 0)"), "2");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM sales AT (TIMESTAMP => now())"), "3");
  const auto error = lake.Failure("SELECT * FROM sales AT (VERSION => 7)");
  EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound);
  EXPECT_TRUE(error.place());
}

TEST(LakeCatalog, ATimeOrVersionThatIsNoneIsRefused) {
  LakeForTest lake;
  MakeSales(lake);
  for (const auto* at : {"TIMESTAMP => 'garbage'", "TIMESTAMP => 'infinity'", "VERSION => 0.4",
                         "VERSION => '0.4'", "VERSION => NULL"}) {
    const auto error = lake.Failure(std::string("SELECT * FROM sales AT (") + at + ")");
    EXPECT_EQ(error.kind(), base::ErrorKind::kInvalidInput) << at;
  }
}

TEST(LakeCatalog, PreparedStatementsSeeNewCommits) {
  LakeForTest lake;
  MakeSales(lake);
  lake.Query("PREPARE q AS SELECT count(*) FROM sales WHERE id >= $1");
  EXPECT_EQ(lake.Query("EXECUTE q(1)"), "2");
  const TestFile more{.name = "b.parquet", .query = "SELECT 3::BIGINT AS id, 'jam' AS item"};
  lake.Commit("bronze/sales", 1, lake.Add("bronze/sales", more));
  EXPECT_EQ(lake.Query("EXECUTE q(1)"), "3");
}

TEST(LakeCatalog, DescribesHistory) {
  LakeForTest lake;
  MakeSales(lake);
  lake.Commit("bronze/sales", 1,
              R"({"commitInfo":{"timestamp":5,"operation":"WRITE","operationParameters":)"
              R"({"mode":"Append"},"isBlindAppend":true,"engineInfo":"x"}})");
  EXPECT_EQ(lake.Query("SELECT version, operation, operationParameters['mode'], isBlindAppend, "
                       "engineInfo FROM laguna_history('bronze.sales', \"limit\" => 1)"),
            "1|WRITE|Append|true|x");
  EXPECT_EQ(lake.Query("DESCRIBE HISTORY bronze.sales LIMIT 1").substr(0, 2), "1|");
  EXPECT_EQ(lake.Failure("DESCRIBE HISTORY bronze.nope").kind(), base::ErrorKind::kNotFound);
}

TEST(LakeCatalog, RefusesWhatItDoesNotKeep) {
  LakeForTest lake;
  const auto error = lake.Failure("CREATE SEQUENCE numbers");
  EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
  EXPECT_NE(error.hint().find("TEMP"), std::string::npos);
}

}  // namespace
}  // namespace laguna::catalog
