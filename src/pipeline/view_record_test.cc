// SPDX-License-Identifier: Apache-2.0
#include "pipeline/view_record.h"

#include <gtest/gtest.h>

#include "pipeline/view_sources.h"

namespace laguna::pipeline {
namespace {

TEST(ViewRecord, ReadsWhatItWrote) {
  const ViewRecord record{"CREATE MATERIALIZED VIEW gold.a AS\nSELECT 'é\"' AS b",
                          "America/Bogota",
                          {"gold.a", "id-1", 7},
                          {{"bronze.x", "id-2", 0}, {"silver.y", "id-3", 12}}};
  EXPECT_EQ(ParseViewRecord(ViewRecordText(record)), record);
}

TEST(ViewRecord, WhatCannotBeUnderstoodIsNoRecord) {
  for (const std::string text : {"", "{", "[]", "{}", R"({"definition": 1})",
                                 R"({"definition": "a", "time_zone": "UTC"})"}) {
    EXPECT_EQ(ParseViewRecord(text), std::nullopt) << text;
  }
}

TEST(ViewSources, WordsOfTheClockAreFoundInAnySpelling) {
  const std::set<std::string> unsteady{"NOW", "RANDOM", "CURRENT_DATE"};
  struct Case {
    std::string query;
    bool found;
  };
  const Case cases[] = {
      {"SELECT now()", true},
      {"SELECT \"Now\"()", true},
      {"SELECT a FROM t WHERE d < current_date", true},
      {"SELECT 'now()' FROM t -- random()", false},
      {"SELECT nowhere, randomly FROM t", false},
  };
  for (const Case& one : cases) {
    const engine::Script script(one.query, "");
    EXPECT_EQ(NamesOneOf(script.statements().front(), unsteady), one.found) << one.query;
  }
}

}  // namespace
}  // namespace laguna::pipeline
