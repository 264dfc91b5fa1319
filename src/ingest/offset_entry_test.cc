// SPDX-License-Identifier: Apache-2.0
#include "ingest/offset_entry.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::ingest {
namespace {

TEST(OffsetEntry, ComesBackAsWritten) {
  OffsetEntry entry;
  entry.batch = 7;
  entry.replaces = 6;
  entry.sources = {FileRange{{{"landing/a \"b\".csv", 12, -5, "e-1"}, {"/x/ü.csv", 0, 9, ""}}},
                   TableRange{"bronze.sales", "id", -1, 3}, FileRange{},
                   FileRange{{{"a", 1, 2, "", "ab12"}}, {{"b", 1, 3, "", "cd34"}}},
                   TableRange{"bronze.sales", "id", 3, 4, "ef56"}};
  EXPECT_EQ(ToText(entry).find('\n'), ToText(entry).size() - 1);
  EXPECT_EQ(ParseOffsetEntry(ToText(entry), "7.json", 7), entry);
}

TEST(OffsetEntry, RefusesWhatItIsNot) {
  const char* const texts[] = {
      "",
      "{",
      "[]",
      R"({"format":1,"batch":1,"sources":[{"files":[]}]})",
      R"({"format":1,"batch":0,"sources":[]})",
      R"({"format":1,"batch":0})",
      R"({"format":1,"batch":0,"replaces":0,"sources":[{"files":[]}]})",
      R"({"format":1,"batch":0,"replaces":-1,"sources":[{"files":[]}]})",
      R"({"format":1,"batch":0,"sources":[{"files":[{"path":"","size":1,"modified_ms":1}]}]})",
      R"({"format":1,"batch":0,"sources":[{"files":[{"path":"a","size":-1,"modified_ms":1}]}]})",
      R"({"format":1,"batch":0,"sources":[{"files":[{"path":"a","size":1.5,"modified_ms":1}]}]})",
      R"({"format":1,"batch":0,"sources":[{"files":[{"path":1,"size":1,"modified_ms":1}]}]})",
      R"({"format":1,"batch":0,"sources":[{"files":[],"more":1}]})",
      R"({"format":1,"batch":0,"sources":[{"table":"a.b","table_id":"x","from":3,"to":2}]})",
      R"({"format":1,"batch":0,"sources":[{"table":"a.b","table_id":"x","from":-2,"to":2}]})",
      R"({"format":1,"batch":0,"sources":[{"table":"a.b","from":0,"to":2}]})",
      R"({"format":1,"batch":0,"sources":[7]})",
  };
  for (const char* text : texts) {
    try {
      ParseOffsetEntry(text, "lake/0.json", 0);
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt) << text;
      EXPECT_NE(error.Report().find("lake/0.json"), std::string::npos) << error.Report();
    }
  }
}

TEST(OffsetEntry, OfALaterFormatIsNoDamage) {
  try {
    ParseOffsetEntry(R"({"format":2,"batch":0,"what":[]})", "lake/0.json", 0);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "stream.log_newer");
    EXPECT_NE(error.sentence().find("lake/0.json was written by a newer Laguna"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace laguna::ingest
