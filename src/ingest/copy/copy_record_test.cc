// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_record.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace laguna::ingest {
namespace {

CopyIntent Full() {
  CopyIntent intent;
  intent.copy = {
      .from = "../shop/ä.csv", .to = "landing/shop/", .mode = "incremental", .cursor = "at"};
  intent.started_ms = 1'356'998'400'123;
  intent.writer = "w";
  intent.files.push_back({.key = "landing/shop/a.csv",
                          .from = "/data/a.csv",
                          .source = FileStamp{5, 7, "e1"},
                          .replaced = FileStamp{6, 8, "e2"},
                          .rows = 9,
                          .fingerprint = "f"});
  intent.cursor = CursorState{.type = "BIGINT",
                              .from = "1",
                              .to = "2",
                              .window_from = "0",
                              .window = "w.parquet",
                              .rows_without_cursor = 3};
  return intent;
}

TEST(CopyRecord, AnIntentReadsBackAsItWas) {
  const CopyIntent intent = Full();
  const CopyIntent read = IntentFromJson(IntentToJson(intent), "x.json");
  EXPECT_EQ(read.copy, intent.copy);
  EXPECT_EQ(read.started_ms, intent.started_ms);
  EXPECT_EQ(read.writer, "w");
  ASSERT_EQ(read.files.size(), 1U);
  EXPECT_EQ(read.files[0].key, "landing/shop/a.csv");
  EXPECT_EQ(read.files[0].source, (FileStamp{5, 7, "e1"}));
  EXPECT_EQ(read.files[0].replaced, (FileStamp{6, 8, "e2"}));
  EXPECT_EQ(read.files[0].rows, 9);
  EXPECT_EQ(read.files[0].fingerprint, "f");
  ASSERT_TRUE(read.cursor);
  EXPECT_EQ(read.cursor->type, "BIGINT");
  EXPECT_EQ(read.cursor->from, "1");
  EXPECT_EQ(read.cursor->to, "2");
  EXPECT_EQ(read.cursor->window_from, "0");
  EXPECT_EQ(read.cursor->window, "w.parquet");
  EXPECT_EQ(read.cursor->rows_without_cursor, 3);
}

TEST(CopyRecord, WhatIsNotThereStaysAway) {
  CopyIntent intent;
  intent.files.push_back({.key = "k"});
  const CopyIntent read = IntentFromJson(IntentToJson(intent), "x.json");
  EXPECT_FALSE(read.cursor);
  EXPECT_FALSE(read.files[0].source);
  EXPECT_FALSE(read.files[0].replaced);
  EXPECT_FALSE(read.files[0].rows);
}

TEST(CopyRecord, AnOutcomeReadsBackAsItWas) {
  const CopyOutcome outcome{
      .finished_ms = 1000, .recovered = true, .files = {{.key = "k", .target = {1, 2, "e"}}}};
  const CopyOutcome read = OutcomeFromJson(OutcomeToJson(outcome), "x.json");
  EXPECT_EQ(read.finished_ms, 1000);
  EXPECT_TRUE(read.recovered);
  ASSERT_EQ(read.files.size(), 1U);
  EXPECT_EQ(read.files[0].key, "k");
  EXPECT_EQ(read.files[0].target, (FileStamp{1, 2, "e"}));
}

TEST(CopyRecord, ADamagedRecordIsCorruptAndNamed) {
  for (const std::string text :
       {"", "{}", "{\"format\": 2}", "[1]", "{\"format\": 1, \"finished\": \"yesterday\"}"}) {
    try {
      OutcomeFromJson(text, "landing/x.done.json");
      FAIL() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt) << text;
      EXPECT_NE(error.Report().find("x.done.json"), std::string::npos) << error.Report();
    }
  }
}

TEST(CopyRecord, TheIdIsTheSameInEveryVersion) {
  const CopyIdentity identity{.from = "a", .to = "b", .mode = "full", .cursor = ""};
  EXPECT_EQ(CopyIdOf(identity), CopyIdOf(identity));
  EXPECT_EQ(CopyIdOf(identity).size(), 16U);
  // The parts do not run into each other.
  EXPECT_NE(CopyIdOf({.from = "ab", .to = "", .mode = "", .cursor = ""}),
            CopyIdOf({.from = "a", .to = "b", .mode = "", .cursor = ""}));
}

TEST(CopyRecord, ARunsFileIsCalledAfterItsTime) {
  EXPECT_EQ(RunFileName("sales", 1'356'998'400'123, 7, "9f86d081884c7d65", "csv"),
            "sales_20130101T000000Z_7_9f86d081884c7d65.csv");
  EXPECT_EQ(RunFileName("a b", 0, 1, "0", "parquet"), "a b_19700101T000000Z_1_0.parquet");
}

}  // namespace
}  // namespace laguna::ingest
