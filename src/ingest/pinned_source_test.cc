// SPDX-License-Identifier: Apache-2.0
#include "ingest/pinned_source.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::ingest {
namespace {

PinnedSource Example() {
  PinnedSource source;
  source.patterns = {"landing/*.csv"};
  source.options["delim"] = ";";
  PinnedFiles files;
  files.dialect.delimiter = ";";
  files.dialect.date_format = "%d/%m/%Y";
  files.dialect.null_texts = {"NA"};
  files.columns = {{"id", "BIGINT"}, {"a \"b\"", "STRUCT(x INTEGER)"}};
  files.filename = true;
  files.rescued_data_column = "_rescued_data";
  source.files = files;
  return source;
}

TEST(PinnedSource, ComesBackAsWritten) {
  const PinnedSource source = Example();
  const PinnedSource back = ParsePinnedSource(ToText(source), "0.json");
  ASSERT_TRUE(back.files);
  EXPECT_EQ(back.patterns, source.patterns);
  EXPECT_EQ(back.options, source.options);
  EXPECT_EQ(back.files->dialect, source.files->dialect);
  EXPECT_EQ(back.files->columns, source.files->columns);
  EXPECT_EQ(ColumnsOf(*back.files).size(), 4U);

  PinnedSource table;
  table.table = "bronze.a";
  EXPECT_EQ(ParsePinnedSource(ToText(table), "0.json").table, "bronze.a");
}

// The types will stand in SQL.
TEST(PinnedSource, RefusesTypesThatAreNone) {
  for (const char* type : {"BIGINT); DROP TABLE x; --", "", "NOTYPE", "BIGINT, y INTEGER"}) {
    PinnedSource source = Example();
    source.files->columns[0].type = type;
    EXPECT_THROW(ParsePinnedSource(ToText(source), "0.json"), base::Error) << type;
  }
}

TEST(PinnedSource, RefusesWhatItIsNot) {
  for (const char* text : {"", "[]", "{}", R"({"format":1})",
                           R"({"format":1,"patterns":["a"],"options":{},"files":{}})"}) {
    try {
      ParsePinnedSource(text, "sources/0.json");
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt) << text;
    }
  }
}

}  // namespace
}  // namespace laguna::ingest
