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
  EXPECT_EQ(NearestNameHint("jsom", kNames), "Did you mean 'json'?");
  EXPECT_EQ(NearestNameHint("parquet", kNames), "Valid names: table, csv, json, jsonl, markdown.");
  EXPECT_EQ(NearestNameHint("x", {}), "");
}

}  // namespace
}  // namespace laguna::base
