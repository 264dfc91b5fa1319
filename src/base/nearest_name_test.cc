// SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <gtest/gtest.h>

namespace laguna::base {
namespace {

const std::vector<std::string> kNames{"table", "csv", "json", "jsonl", "markdown"};

TEST(NearestName, ForgivesSmallSlips) {
  struct Case {
    std::string name;
    std::optional<std::string> nearest;
  };
  const Case cases[] = {
      {"tabel", "table"}, {"JSON", "json"},          {"markdwn", "markdown"},
      {"cvs", "csv"},     {"jsnol", "jsonl"},        {"xml", std::nullopt},
      {"", std::nullopt}, {"parquet", std::nullopt}, {"tables", "table"},
  };
  for (const Case& c : cases) EXPECT_EQ(NearestName(c.name, kNames), c.nearest) << c.name;
}

TEST(NearestName, HintNamesTheNearestOrListsAll) {
  EXPECT_EQ(SuggestName("jsom", kNames), "Did you mean 'json'?");
  EXPECT_EQ(SuggestName("parquet", kNames),
            "Known are: 'table', 'csv', 'json', 'jsonl' and 'markdown'.");
  EXPECT_EQ(SuggestName("x", {}), "");
}

}  // namespace
}  // namespace laguna::base
