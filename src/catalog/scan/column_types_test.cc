// SPDX-License-Identifier: Apache-2.0
// Tables whose data files hold columns in other types than the table says.
#include <gtest/gtest.h>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

std::string Widened(const std::string& name, const std::string& from, const std::string& to) {
  return Field(
      name, to, true,
      R"({"delta.typeChanges":[{"fromType":")" + from + R"(","toType":")" + to + R"("}]})");
}

TEST(ColumnTypes, FilesOfNarrowerTypesReadAsTheTables) {
  struct Case {
    const char* from;
    const char* to;
    const char* narrow;
    const char* wide;
    const char* rows;
  };
  const Case cases[] = {
      {"byte", "short", "(-128)::TINYINT", "300::SMALLINT", "-128\n300"},
      {"short", "integer", "32767::SMALLINT", "70000", "32767\n70000"},
      {"integer", "long", "(-2147483648)::INTEGER", "5000000000", "-2147483648\n5000000000"},
      {"float", "double", "0.5::FLOAT", "1e300::DOUBLE", "0.5\n1e+300"},
      {"integer", "double", "2147483647", "0.25::DOUBLE", "2147483647.0\n0.25"},
      {"integer", "decimal(12,2)", "2147483647", "0.25::DECIMAL(12,2)", "2147483647.00\n0.25"},
      {"decimal(4,1)", "decimal(20,3)", "999.9::DECIMAL(4,1)", "0.125::DECIMAL(20,3)",
       "999.900\n0.125"},
      {"date", "timestamp_ntz", "DATE '2024-02-29'", "TIMESTAMP '2024-03-01 10:00:00'",
       "2024-02-29 00:00:00\n2024-03-01 10:00:00"},
  };
  for (const auto& test : cases) {
    LakeForTest lake("America/New_York");
    const auto column = [](const char* value) { return std::string("SELECT ") + value + " AS v"; };
    lake.MakeTable("bronze/t", Widened("v", test.from, test.to),
                   {{.name = "1.parquet", .query = column(test.narrow)},
                    {.name = "2.parquet", .query = column(test.wide)}});
    EXPECT_EQ(lake.Query("SELECT v FROM t ORDER BY _file"), test.rows) << test.to;
    const auto narrow = std::string("SELECT count(*) FROM t WHERE v = ") + test.narrow;
    EXPECT_EQ(lake.Query(narrow), "1") << test.to;
  }
}

TEST(ColumnTypes, FiltersMeanTheTablesType) {
  LakeForTest lake;
  lake.MakeTable("bronze/t",
                 Widened("f", "float", "double") + "," + Widened("i", "integer", "double"),
                 {{.name = "1.parquet", .query = "SELECT 0.7::FLOAT AS f, 0 AS i"}});
  // The float 0.7 is a little less than the double 0.7.
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE f = 0.7::DOUBLE"), "0");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE f < 0.7::DOUBLE"), "1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE i < 0.5"), "1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE i = 0.4"), "0");
}

TEST(ColumnTypes, FiltersOnWholeNumbersNeedNotFitTheFile) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Widened("b", "byte", "long"),
                 {{.name = "1.parquet", .query = "SELECT range::TINYINT AS b FROM range(100)"},
                  {.name = "2.parquet", .query = "SELECT range + 1000 AS b FROM range(100)"}});
  struct Case {
    const char* condition;
    const char* rows;
  };
  const Case cases[] = {
      {"b = 99", "1"},    {"b > 300", "100"},
      {"b < 300", "100"}, {"b IN (5, 1005)", "2"},
      {"b = 261", "0"},   {"b >= 5000000000", "0"},
      {"b <> 99", "199"}, {"b BETWEEN 98 AND 1001", "4"},
      {"b < 1.5", "2"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(std::string("SELECT count(*) FROM t WHERE ") + test.condition), test.rows)
        << test.condition;
  }
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t JOIN (VALUES (99), (1000), (4000000000)) k(b) "
                       "USING (b)"),
            "2");
}

TEST(ColumnTypes, FieldsInsideAreWidenedToo) {
  LakeForTest lake;
  const std::string type =
      R"({"type":"struct","fields":[)" + Field("a", "long") + "," +
      R"({"name":"l","type":{"type":"array","elementType":"double","containsNull":true},)"
      R"("nullable":true,"metadata":{}},)"
      R"({"name":"m","type":{"type":"map","keyType":"integer","valueType":"timestamp",)"
      R"("valueContainsNull":true},"nullable":true,"metadata":{}}]})";
  lake.MakeTable("bronze/t", R"({"name":"s","type":)" + type + R"(,"nullable":true,"metadata":{}})",
                 {{.name = "1.parquet",
                   .query = "SELECT {'m': MAP {1::TINYINT: TIMESTAMP '2024-01-01 10:00:00'}, "
                            "'a': 7::SMALLINT, 'l': [1.5::FLOAT, NULL]} AS s"}});
  EXPECT_EQ(lake.Query("SELECT * FROM t"),
            "{'a': 7, 'l': [1.5, NULL], 'm': {1='2024-01-01 10:00:00+00'}}");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE s.a = 7 AND s.m[1] > '2024-01-01'"), "1");
}

TEST(ColumnTypes, TextsWithoutAnnotationAreTexts) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("s", "string") + "," + Field("b", "binary"),
                 {{.name = "1.parquet", .query = R"(SELECT encode('a\x41ü') AS s, '\x41' AS b)"}});
  EXPECT_EQ(lake.Query("SELECT s, octet_length(b) FROM t"), "a\\x41\u00fc|4");
}

TEST(ColumnTypes, BytesThatAreNoTextAreRefused) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("s", "string"),
                 {{.name = "1.parquet", .query = R"(SELECT '\xff'::BLOB AS s)"}});
  EXPECT_NE(lake.Failure("SELECT s FROM t").sentence().find("UTF-8"), std::string::npos);
}

TEST(ColumnTypes, OthersAreRefusedByName) {
  struct Case {
    const char* type;
    const char* value;
    const char* sentence;
  };
  const Case cases[] = {
      {"integer", "'7'", "A data file holds column \"v\" as VARCHAR, the table says INTEGER."},
      {"string", "7", "A data file holds column \"v\" as INTEGER, the table says VARCHAR."},
      {"float", "7::DOUBLE", "A data file holds column \"v\" as DOUBLE, the table says FLOAT."},
      {"double", "7::BIGINT", "A data file holds column \"v\" as BIGINT, the table says DOUBLE."},
      {"decimal(9,1)", "7::DECIMAL(9,2)",
       "A data file holds column \"v\" as DECIMAL(9,2), the table says DECIMAL(9,1)."},
      {"timestamp", "DATE '2024-01-01'",
       "A data file holds column \"v\" as DATE, the table says TIMESTAMP WITH TIME ZONE."},
      {"date", "{'a': 1}",
       "A data file holds column \"v\" as STRUCT(a INTEGER), the table says DATE."},
  };
  for (const auto& test : cases) {
    LakeForTest lake;
    lake.MakeTable(
        "bronze/t", Field("id", "long") + "," + Field("v", test.type),
        {{.name = "1.parquet", .query = std::string("SELECT 1 AS id, ") + test.value + " AS v"}});
    const auto error = lake.Failure("SELECT v FROM t");
    EXPECT_EQ(error.sentence(), test.sentence);
    EXPECT_EQ(error.code(), "table.column_type");
    EXPECT_EQ(lake.Query("SELECT id FROM t"), "1");
  }
}

TEST(ColumnTypes, ValuesThatDoNotFitAreErrors) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("v", "byte"),
                 {{.name = "1.parquet", .query = "SELECT 300 AS v"}});
  EXPECT_NE(lake.Failure("SELECT v FROM t").sentence().find("300"), std::string::npos);
}

TEST(ColumnTypes, VoidColumnsAreNullWhateverTheFileHolds) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("id", "long") + "," + Field("n", "void"),
                 {{.name = "1.parquet", .query = "SELECT 1::BIGINT AS id, 'x' AS n"}});
  EXPECT_EQ(lake.Query("SELECT * FROM t WHERE n IS NULL"), "1|NULL");
}

TEST(ColumnTypes, VariantsWithoutAnnotationAreRead) {
  LakeForTest lake;
  // The integer 7 in the variant encoding, as Spark before 4.1 writes it: two bare columns.
  lake.MakeTable(
      "bronze/t", Field("v", "variant"),
      {{.name = "1.parquet",
        .query = R"(SELECT {'value': '\x0C\x07'::BLOB, 'metadata': '\x01\x00\x00'::BLOB} AS v)"}});
  EXPECT_EQ(lake.Query("SELECT v::INTEGER + 1 FROM t"), "8");
}

TEST(ColumnTypes, ShreddedVariantsAreRead) {
  LakeForTest lake;
  const auto path = (lake.folder() / "lake/bronze/t/1.parquet").string();
  lake.MakeTable("bronze/t", Field("v", "variant"),
                 {{.name = "1.parquet", .query = "SELECT {'a': 1, 'b': 'x'}::VARIANT AS v"}});
  lake.Query("COPY (SELECT {'a': 1, 'b': 'x'}::VARIANT AS v) TO '" + path +
             "' (FORMAT parquet, SHREDDING {'v': 'STRUCT(a INTEGER)'})");
  EXPECT_EQ(lake.Query("SELECT v FROM t"), "{'a': 1, 'b': x}");
}

TEST(ColumnTypes, ShreddedVariantsWithoutAnnotationAreRefusedByName) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("v", "variant"),
                 {{.name = "1.parquet",
                   .query = "SELECT {'metadata': '\\x01\\x00\\x00'::BLOB, 'value': NULL::BLOB, "
                            "'typed_value': 7} AS v"}});
  const auto error = lake.Failure("SELECT v FROM t");
  EXPECT_EQ(error.code(), "table.variant");
  EXPECT_NE(error.sentence().find("variantShredding"), std::string::npos) << error.sentence();
}

TEST(ColumnTypes, AStructIsThereWithoutAFieldThatTheTableKnows) {
  LakeForTest lake;
  const std::string inner = R"({"name":"i","type":{"type":"struct","fields":[)" +
                            Field("new", "string") + R"(]},"nullable":true,"metadata":{}})";
  lake.MakeTable("bronze/t",
                 R"({"name":"s","type":{"type":"struct","fields":[)" + inner +
                     R"(]},"nullable":true,"metadata":{}})",
                 {{.name = "1.parquet",
                   .query = "SELECT unnest([{'i': {'old': 1}}, {'i': NULL}, NULL]) AS s"}});
  EXPECT_EQ(lake.Query("SELECT s FROM t"), "{'i': {'new': NULL}}\n{'i': NULL}\nNULL");
  EXPECT_EQ(lake.Query("SELECT s.i FROM t"), "{'new': NULL}\nNULL\nNULL");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE s.i IS NULL"), "2");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE s.i.new = 'x'"), "0");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE s.i.new IS NULL"), "3");
}

TEST(ColumnTypes, ElementsMayBearAnyName) {
  LakeForTest lake;
  // Fields inside lists are matched, so the engine looks for elements and entries by their names.
  lake.MakeTable("bronze/t",
                 R"({"name":"l","type":{"type":"array","elementType":{"type":"struct","fields":[)" +
                     Field("b", "long") + "," + Field("a", "long") +
                     R"(]},"containsNull":true},"nullable":true,"metadata":{}})",
                 {{.name = "1.parquet", .query = "SELECT [{'a': 1, 'b': 2}] AS l"}});
  EXPECT_EQ(lake.Query("SELECT * FROM t"), "[{'b': 2, 'a': 1}]");
}

}  // namespace
}  // namespace laguna::catalog
