// SPDX-License-Identifier: Apache-2.0
#include "app/console.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace laguna::app {
namespace {

base::Error SyntaxError() {
  return base::Error(base::ErrorKind::kInvalidInput, "sql.syntax", "There is \"quoted\" text.")
      .Hint("Do this.")
      .At({.file = "a.sql", .line = 3, .column = 7, .length = 4, .excerpt = "select frm"})
      .With("table", "bronze.t");
}

TEST(Console, ErrorsForProgramsAreOneJsonObject) {
  const auto parsed = nlohmann::json::parse(ErrorAsJson(SyntaxError())).at("error");
  EXPECT_EQ(parsed.at("kind"), "InvalidInput");
  EXPECT_EQ(parsed.at("code"), "sql.syntax");
  EXPECT_EQ(parsed.at("message"), "There is \"quoted\" text.");
  EXPECT_EQ(parsed.at("hint"), "Do this.");
  EXPECT_EQ(parsed.at("place").at("line"), 3);
  EXPECT_EQ(parsed.at("values").at("table"), "bronze.t");
}

TEST(Console, WhatAnErrorLacksIsNullInJson) {
  const auto parsed =
      nlohmann::json::parse(ErrorAsJson(base::Error(base::ErrorKind::kNotFound, "a.b", "Gone.")));
  EXPECT_TRUE(parsed.at("error").at("place").is_null());
  EXPECT_TRUE(parsed.at("error").at("hint").is_null());
  EXPECT_TRUE(parsed.at("error").at("values").empty());
}

TEST(Console, NotesGoToStderrUnlessNobodyWantsThem) {
  for (const bool quiet : {false, true}) {
    StringOutput out;
    StringOutput err;
    Console console(out, err, Terminal{}, {.quiet = quiet});
    console.Note("hello");
    console.Report(base::Error(base::ErrorKind::kNotFound, "a.b", "Gone."));
    EXPECT_EQ(out.text(), "");
    EXPECT_EQ(err.text(), quiet ? "error: Gone.\n" : "hello\nerror: Gone.\n");
  }
}

TEST(Console, ColourPaintsMarksOnly) {
  EXPECT_EQ(ErrorAsText(base::Error(base::ErrorKind::kNotFound, "a.b", "Gone."), true),
            "\x1b[1;31merror:\x1b[0m Gone.");
}

}  // namespace
}  // namespace laguna::app
