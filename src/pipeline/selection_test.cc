// SPDX-License-Identifier: Apache-2.0
#include "pipeline/selection.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::pipeline {
namespace {

const std::vector<std::string> kTables{"bronze.sales", "bronze.items", "silver.sales",
                                       "gold.Daily"};

// bronze.sales and bronze.items -> silver.sales -> gold.Daily.
Graph GraphForTest() {
  return {4, {{2, 0}, {2, 1}, {3, 2}}};
}

std::set<size_t> Selected(const std::vector<std::string>& patterns) {
  return SelectTables(patterns, kTables, GraphForTest());
}

TEST(Selection, NamesChooseTables) {
  struct Case {
    std::vector<std::string> patterns;
    std::set<size_t> tables;
  };
  const Case cases[] = {
      {{}, {0, 1, 2, 3}},
      {{"*"}, {0, 1, 2, 3}},
      {{"silver.sales"}, {2}},
      {{"SILVER.Sales"}, {2}},
      {{"gold.daily"}, {3}},
      {{"silver.sales+"}, {2, 3}},
      {{"+silver.sales"}, {0, 1, 2}},
      {{"+silver.sales+"}, {0, 1, 2, 3}},
      {{"bronze.*"}, {0, 1}},
      {{"bronze.*+"}, {0, 1, 2, 3}},
      {{"+Silver.*"}, {0, 1, 2}},
      {{"bronze.items", "gold.daily"}, {1, 3}},
  };
  for (const Case& one : cases) EXPECT_EQ(Selected(one.patterns), one.tables);
}

TEST(Selection, AnUnknownNameSuggestsTheNearest) {
  struct Case {
    std::string pattern;
    std::string hint;
  };
  const Case cases[] = {
      {"silver.sale", "Did you mean 'silver.sales'?"},
      {"+broze.items+", "Did you mean 'bronze.items'?"},
      {"silvr.*", "Did you mean 'silver.*'?"},
      {"", "Known are"},
      {"+", "Known are"},
  };
  for (const Case& one : cases) {
    try {
      Selected({"bronze.sales", one.pattern});
      ADD_FAILURE() << one.pattern << " chose something";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "pipeline.selection");
      EXPECT_NE(error.hint().find(one.hint), std::string::npos) << error.Report();
    }
  }
}

}  // namespace
}  // namespace laguna::pipeline
