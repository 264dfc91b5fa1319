// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_read.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::ingest {
namespace {

PinnedFiles Pinned() {
  PinnedFiles pinned;
  pinned.columns = {{"id", "BIGINT"}, {"name", "VARCHAR"}};
  pinned.rescued_data_column = "_rescued_data";
  return pinned;
}

CsvShape WithHeader(const std::string& header) {
  CsvShape shape;
  shape.header = header;
  shape.has_rows = true;
  return shape;
}

TEST(CsvGrouping, PutsFilesOfOneHeaderTogether) {
  const PinnedFiles pinned = Pinned();
  CsvGrouping grouping(pinned);
  grouping.Add({"a", 1, 1, ""}, WithHeader("id,name"));
  grouping.Add({"b", 1, 1, ""}, WithHeader("name, ID ,more"));
  grouping.Add({"c", 1, 1, ""}, WithHeader("\"id\",\"name\""));
  CsvShape multiline = WithHeader("id,name");
  multiline.has_quoted_line_end = true;
  grouping.Add({"d", 1, 1, ""}, multiline);
  const CsvPlan plan = std::move(grouping).Finish();
  ASSERT_EQ(plan.groups.size(), 3U);
  EXPECT_EQ(plan.groups[0].files, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(plan.groups[1].columns, (std::vector<std::string>{"name", "ID", "more"}));
  EXPECT_TRUE(plan.groups[2].serial);
}

TEST(CsvGrouping, RefusesAFileOfOtherColumns) {
  const PinnedFiles pinned = Pinned();
  CsvGrouping grouping(pinned);
  EXPECT_THROW(grouping.Add({"a", 1, 1, ""}, WithHeader("1,x")), base::Error);
}

TEST(UniqueNames, AreTrimmedFilledAndNumbered) {
  EXPECT_EQ(UniqueNames({" id ", "ID", "", "id", "id_1"}),
            (std::vector<std::string>{"id", "ID_1", "column2", "id_2", "id_1_1"}));
}

struct Combination {
  const char* left;
  const char* right;
  const char* both;
};

TEST(CombinedType, HoldsBoth) {
  const Combination cases[] = {{"BIGINT", "BIGINT", "BIGINT"},     {"INTEGER", "BIGINT", "BIGINT"},
                               {"BIGINT", "DOUBLE", "DOUBLE"},     {"DOUBLE", "VARCHAR", "VARCHAR"},
                               {"DATE", "TIMESTAMP", "TIMESTAMP"}, {"DATE", "BIGINT", "VARCHAR"},
                               {"BOOLEAN", "BIGINT", "VARCHAR"}};
  for (const Combination& each : cases) {
    EXPECT_EQ(CombinedType(each.left, each.right), each.both);
    EXPECT_EQ(CombinedType(each.right, each.left), each.both);
  }
}

TEST(StoredType, IsWhatTheLakeKeeps) {
  EXPECT_EQ(StoredType("HUGEINT"), "BIGINT");
  EXPECT_EQ(StoredType("DECIMAL(38,2)"), "DECIMAL(38,2)");
  EXPECT_EQ(StoredType("STRUCT(uuid UUID, \"json\" JSON)[]"),
            "STRUCT(uuid VARCHAR, \"json\" VARCHAR)[]");
  EXPECT_EQ(StoredType("ENUM('a', 'b')"), "VARCHAR");
  EXPECT_EQ(StoredType("TIMESTAMP WITH TIME ZONE"), "TIMESTAMP WITH TIME ZONE");
}

TEST(FitsInto, OnlyWithoutLoss) {
  EXPECT_TRUE(FitsInto("INTEGER", "BIGINT"));
  EXPECT_FALSE(FitsInto("BIGINT", "INTEGER"));
  EXPECT_TRUE(FitsInto("DECIMAL(10,2)", "DECIMAL(12,3)"));
  EXPECT_FALSE(FitsInto("DECIMAL(10,2)", "DECIMAL(10,3)"));
  EXPECT_FALSE(FitsInto("BIGINT", "DOUBLE"));
  EXPECT_FALSE(FitsInto("BIGINT", "VARCHAR"));
}

TEST(CombinedDialect, TakesTheMajorityAndTheUser) {
  SniffedCsv comma;
  comma.delimiter = ",";
  comma.header = true;
  comma.columns = {{"a", ""}, {"b", ""}};
  SniffedCsv quoted = comma;
  quoted.quote = "'";
  SniffedCsv single;
  single.delimiter = "|";
  single.columns = {{"a", ""}};
  const CsvDialect found = CombinedDialect({single, comma, quoted}, {});
  EXPECT_EQ(found.delimiter, ",");
  EXPECT_EQ(found.quote, "'");
  EXPECT_TRUE(found.header);
  ReadFilesOptions options;
  options.delimiter = ";";
  options.quote = "\"";
  options.header = false;
  const CsvDialect wanted = CombinedDialect({comma}, options);
  EXPECT_EQ(wanted.delimiter, ";");
  EXPECT_EQ(wanted.escape, "\"");
  EXPECT_FALSE(wanted.header);
}

engine::FunctionCall Call(engine::NamedValues named) {
  return {"read_files", {"a/*.csv"}, std::move(named)};
}

TEST(ReadFilesOptions, AreTaken) {
  const auto options = ParseReadFilesOptions(
      Call({{"SEP", ";"}, {"types", engine::ValueStruct{{"a", "DOUBLE"}}}, {"nullstr", "NA"}}));
  EXPECT_EQ(options.delimiter, ";");
  EXPECT_EQ(options.types, (ColumnList{{"a", "DOUBLE"}}));
  EXPECT_EQ(options.null_texts, (std::vector<std::string>{"NA"}));
}

TEST(ReadFilesOptions, AreRefusedByName) {
  const engine::NamedValues cases[] = {
      {{"formt", "csv"}}, {{"format", "xml"}},        {{"header", "yes"}},         {{"delim", ""}},
      {{"skip", -1}},     {{"columns", "a INTEGER"}}, {{"max_files_per_batch", 0}}};
  for (const auto& named : cases) {
    try {
      ParseReadFilesOptions(Call(named));
      ADD_FAILURE() << named.begin()->first;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "read_files.option");
      EXPECT_NE(error.sentence().find(named.begin()->first), std::string::npos) << error.sentence();
    }
  }
  EXPECT_THROW(ParseReadFilesOptions({"read_files", {}, {}}), base::Error);
}

}  // namespace
}  // namespace laguna::ingest
