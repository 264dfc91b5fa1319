// SPDX-License-Identifier: Apache-2.0
// What is left out while a query runs, and what is answered without a run.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catalog/scan/pruning_for_test.h"
#include "delta/deletion_vector_file.h"

namespace laguna::catalog {
namespace {

// Ten files of a hundred rows in a shuffled order: id, a NULL every tenth row in v.
void MakeShuffled(LakeForTest& lake) {
  std::vector<TestFile> files;
  for (int i = 0; i < 10; ++i) {
    const auto first = ((i * 7) % 10) * 100;
    const auto from = std::to_string(first);
    const auto to = std::to_string(first + 99);
    const auto name = [](int id) {
      return "a-very-long-common-prefix-" + std::string(id < 100 ? "0" : "") +
             std::string(id < 10 ? "0" : "") + std::to_string(id);
    };
    files.push_back(
        {.name = "f" + std::to_string(i) + ".parquet",
         .query =
             "SELECT range::BIGINT AS id, 'a-very-long-common-prefix-' || lpad(range::VARCHAR, "
             "3, '0') AS name, CASE WHEN range >= 500 AND range % 10 = 0 THEN NULL ELSE range "
             "END AS v, DATE '2024-01-01' + (range // 10)::INTEGER AS day FROM range(" +
             from + "," + std::to_string(first + 100) + ")",
         .statistics =
             Bounds(R"("id":)" + from + R"(,"name":")" + name(first) + R"(")",
                    R"("id":)" + to + R"(,"name":")" + name(first + 99) + R"(")",
                    R"("id":0,"name":0,"v":)" + std::string(first >= 500 ? "10" : "0"), 100)});
  }
  lake.MakeTable("bronze/t",
                 Field("id", "long") + "," + Field("name", "string") + "," + Field("v", "long") +
                     "," + Field("day", "date"),
                 files);
}

TEST(RunTimePruning, JoinsReadOnlyTheFilesThatCanMatch) {
  LakeForTest lake;
  MakeShuffled(lake);
  lake.Query("CREATE TABLE silver.k AS SELECT * FROM (VALUES (7, 'x'), (950, 'y')) k(id, tag)");
  lake.Query(
      "CREATE TABLE silver.names AS SELECT 'a-very-long-common-prefix-' || x AS name FROM (VALUES "
      "('007'), ('950')) v(x)");
  struct Case {
    const char* query;
    const char* files;
    const char* rows;
  };
  const Case cases[] = {
      {"SELECT count(*) FROM t JOIN silver.k USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t SEMI JOIN silver.k USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t WHERE id IN (SELECT id FROM silver.k)", "1,2", "2"},
      {"SELECT count(*) FROM t JOIN silver.names USING (name)", "1,2", "2"},
      {"SELECT count(*) FROM t JOIN silver.k ON t.id = k.id AND t.v = k.id", "1,2", "1"},
      {"SELECT count(*) FROM silver.k LEFT JOIN t USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t ANTI JOIN silver.k USING (id)", "10,1", "998"},
      {"SELECT count(*) FROM t LEFT JOIN silver.k USING (id)", "10,1", "1000"},
      {"SELECT count(*) FROM t JOIN (SELECT 300 + range AS id FROM range(60)) USING (id)", "1",
       "60"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(test.query), test.rows) << test.query;
    EXPECT_EQ(FilesRead(lake, test.query), test.files) << test.query;
  }
}

TEST(RunTimePruning, OrderWithLimitReadsFilesInOrderUntilItHasEnough) {
  LakeForTest lake;
  MakeShuffled(lake);
  lake.Query("SET threads = 1");
  struct Case {
    const char* query;
    const char* rows;
    // Of ten; the second number is the scan that fetches the other columns.
    const char* files;
  };
  const Case cases[] = {
      {"SELECT id FROM t ORDER BY id LIMIT 3", "0\n1\n2", "1"},
      {"SELECT id FROM t ORDER BY id DESC LIMIT 3", "999\n998\n997", "1"},
      {"SELECT id FROM t ORDER BY id LIMIT 2 OFFSET 150", "150\n151", "2"},
      {"SELECT name FROM t ORDER BY name DESC LIMIT 1", "a-very-long-common-prefix-999", "1"},
      {"SELECT * FROM t ORDER BY id DESC LIMIT 1",
       "999|a-very-long-common-prefix-999|999|2024-04-09", "1,1"},
      {"SELECT id FROM t WHERE id >= 250 ORDER BY id LIMIT 1", "250", "1"},
      {"SELECT id, v FROM t WHERE id < 505 ORDER BY v NULLS FIRST, id LIMIT 2", "500|NULL\n0|0",
       "6"},
      // v has no bounds, so every file is read.
      {"SELECT v FROM t ORDER BY v LIMIT 1", "0", "10"},
      {"SELECT id FROM t ORDER BY -id LIMIT 1", "999", "10"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(test.query), test.rows) << test.query;
    EXPECT_EQ(FilesRead(lake, test.query), test.files) << test.query;
  }
}

// Eight files of ten rows over the same few values, one of them all NULL, one half NULL.
TEST(RunTimePruning, OrderWithLimitIsRightWithTiesAndNulls) {
  LakeForTest lake;
  std::vector<TestFile> files;
  for (int i = 0; i < 8; ++i) {
    const auto low = std::to_string(i / 2);
    const auto high = std::to_string(i / 2 + 2);
    TestFile file;
    file.name = std::to_string(i) + ".parquet";
    file.query = "SELECT CASE WHEN " + std::to_string(i) + " = 5 OR (" + std::to_string(i) +
                 " = 3 AND r % 2 = 0) THEN NULL ELSE " + low + " + r % 3 END::BIGINT AS c, (" +
                 std::to_string(i) + " * 10 + r)::BIGINT AS id FROM range(10) s(r)";
    file.statistics =
        i == 5 ? R"({"numRecords":10,"nullCount":{"c":10}})"
               : Bounds(R"("c":)" + low, R"("c":)" + high, i == 3 ? R"("c":5)" : R"("c":0)", 10);
    files.push_back(file);
  }
  lake.MakeTable("bronze/t", Field("c", "long") + "," + Field("id", "long"), files);
  for (const auto* direction : {"ASC", "DESC"}) {
    for (const auto* nulls : {"NULLS FIRST", "NULLS LAST"}) {
      for (const auto* more : {"", ", id", ", id DESC"}) {
        for (const auto* limit : {"1", "4", "11", "16", "30", "79", "3 OFFSET 12", "4 OFFSET 70"}) {
          const auto order = std::string(" ORDER BY c ") + direction + " " + nulls + more;
          const std::string columns = *more == 0 ? "c" : "c, id";
          // Over a copy in memory, which no pruning of ours reaches.
          lake.Query("CREATE OR REPLACE TEMP TABLE m AS FROM t");
          EXPECT_EQ(lake.Query("SELECT " + columns + " FROM t" + order + " LIMIT " + limit),
                    lake.Query("SELECT " + columns + " FROM m" + order + " LIMIT " + limit))
              << order << " LIMIT " << limit;
        }
      }
    }
  }
}

void RemoveFiles(LakeForTest& lake) {
  for (const auto& entry : std::filesystem::directory_iterator(lake.folder() / "lake/bronze/t")) {
    if (entry.path().extension() == ".parquet") std::filesystem::remove(entry.path());
  }
}

TEST(RunTimePruning, CountsAndExtremesComeFromTheLog) {
  LakeForTest lake;
  MakePartitions(lake);
  RemoveFiles(lake);
  const PruningCase cases[] = {
      {"count(*) FROM t", "160"},
      {"count(*) FROM t WHERE region = 'a'", "40"},
      {"count(*) FROM t WHERE region IS NULL OR day = '2024-01-03'", "70"},
      {"min(day), max(day) FROM t", "2024-01-01|2024-01-04"},
      {"min(region), max(region), count(*) FROM t", "a|c|160"},
      {"max(day) FROM t WHERE region = 'b' AND day < '2024-01-03'", "2024-01-02"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(std::string("SELECT ") + test.condition), test.files) << test.condition;
  }
  // No row has one: an empty scan, which opens nothing.
  EXPECT_EQ(lake.Query("SELECT max(region) FROM t WHERE region IS NULL AND day = '2030-01-01'"),
            "NULL");
  lake.Failure("SELECT min(id) FROM t");
}

TEST(RunTimePruning, ExtremesOfColumnsAreTakenOnlyWhereTheyAreExact) {
  LakeForTest lake;
  // Bounds that no value has tell whether they were used.
  const auto make = [&](const std::string& type, const std::string& value, const std::string& low,
                        const std::string& high) {
    lake.Query("DROP TABLE IF EXISTS bronze.x");
    lake.MakeTable("bronze/x", Field("c", type) + "," + Field("d", "long"),
                   {{.name = "1.parquet",
                     .query = "SELECT " + value + " AS c, 1::BIGINT AS d",
                     .statistics = Bounds(R"("c":)" + low, R"("c":)" + high, R"("c":0)", 1)}});
  };
  struct Case {
    const char* type;
    const char* value;
    const char* low;
    const char* high;
    const char* answer;
  };
  const Case cases[] = {
      {"long", "5::BIGINT", "4", "6", "4|6"},
      {"byte", "5::TINYINT", "4", "6", "4|6"},
      {"date", "DATE '2024-01-05'", R"("2024-01-04")", R"("2024-01-06")", "2024-01-04|2024-01-06"},
      {"decimal(10,2)", "5::DECIMAL(10,2)", "4.00", "6.00", "4.00|6.00"},
      {"decimal(20,2)", "5::DECIMAL(20,2)", "4.00", "6.00", "5.00|5.00"},
      {"double", "5.0::DOUBLE", "4.0", "6.0", "5.0|5.0"},
      {"timestamp_ntz", "TIMESTAMP '2024-01-05'", R"("2024-01-04T00:00:00.000")",
       R"("2024-01-06T00:00:00.000")", "2024-01-05 00:00:00|2024-01-05 00:00:00"},
      {"string", "'b'", R"("a")", R"("c")", "a|c"},
      {"string", "'b'", R"("a text that the engine keeps not")", R"("c")", "b|b"},
      {"string", "'b'", R"("a text of thirty-one characters")", R"("c")",
       "a text of thirty-one characters|c"},
      {"string", "'b'", R"("a")", R"("c\u007f")", "b|b"},
      {"string", "'b'", R"("a")", R"("c\udbff\udfff")", "b|b"},
  };
  for (const auto& test : cases) {
    make(test.type, test.value, test.low, test.high);
    EXPECT_EQ(lake.Query("SELECT min(c), max(c) FROM bronze.x"), test.answer) << test.type;
  }
}

// The JSON of a vector inside of the log.
std::string VectorOf(uint64_t first, uint64_t count) {
  delta::DeletionVector rows;
  rows.AddRange(first, count);
  const auto vector = delta::InlineDeletionVector(rows);
  return R"("deletionVector":{"storageType":"i","pathOrInlineDv":")" + vector.path_or_inline +
         R"(","sizeInBytes":)" + std::to_string(vector.size_bytes) + R"(,"cardinality":)" +
         std::to_string(vector.cardinality) + "}";
}

// Four files of a hundred rows each, c from 0 to 399; the last ten rows of each and all of the
// last file but row 0 are deleted.
TEST(RunTimePruning, DeletedRowsAreNeitherExtremesNorFirst) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("c", "long") + "," + Field("text", "string"), {});
  std::string actions;
  for (int i = 0; i < 4; ++i) {
    const auto from = std::to_string(100 * i);
    const auto to = std::to_string(100 * i + 99);
    auto add = lake.Add("bronze/t",
                        {.name = std::to_string(i) + ".parquet",
                         .query = "SELECT range::BIGINT AS c, 'row ' || range AS text FROM range(" +
                                  from + ", " + std::to_string(100 * i + 100) + ")",
                         .statistics = Bounds(R"("c":)" + from, R"("c":)" + to, R"("c":0)", 100)});
    const auto vector = i == 3 ? VectorOf(1, 99) : VectorOf(90, 10);
    add.insert(add.find(R"("dataChange")"), vector + ",");
    actions += (i == 0 ? "" : "\n") + add;
  }
  lake.Commit("bronze/t", 1, actions);
  const PruningCase cases[] = {
      {"count(*) FROM t", "271"},
      {"min(c), max(c) FROM t", "0|300"},
      {"c FROM t ORDER BY c DESC LIMIT 3", "300\n289\n288"},
      {"* FROM t ORDER BY c DESC LIMIT 2", "300|row 300\n289|row 289"},
      {"* FROM t ORDER BY c LIMIT 2 OFFSET 89", "89|row 89\n100|row 100"},
      {"* FROM t WHERE c BETWEEN 95 AND 101 ORDER BY c", "100|row 100\n101|row 101"},
      {"count(*) FROM t WHERE c > 300", "0"},
      {"count(*) FROM t WHERE c <= 300", "271"},
      {"count(*) FROM t JOIN (VALUES (95), (300)) k(c) USING (c)", "1"},
      {"* FROM t LIMIT 2 OFFSET 269", "289|row 289\n300|row 300"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(std::string("SELECT ") + test.condition), test.files) << test.condition;
  }
  lake.Query("SET threads = 1");
  EXPECT_EQ(FilesRead(lake, "SELECT * FROM t ORDER BY c LIMIT 2"), "1,1");
}

TEST(RunTimePruning, WideBoundsAreNoExtremes) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("c", "long"),
                 {{.name = "1.parquet",
                   .query = "SELECT 5::BIGINT AS c",
                   .statistics = R"({"numRecords":1,"minValues":{"c":0},"maxValues":{"c":9},)"
                                 R"("nullCount":{"c":0},"tightBounds":false})"}});
  EXPECT_EQ(lake.Query("SELECT min(c), max(c), count(*) FROM t"), "5|5|1");
}

}  // namespace
}  // namespace laguna::catalog
