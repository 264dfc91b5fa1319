// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/csv_header.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace laguna::ingest {
namespace {

using Names = std::vector<std::string>;

TEST(CsvHeader, TheDelimiterIsWhatStandsMostOften) {
  EXPECT_EQ(DelimiterOf("a,b,c"), ',');
  EXPECT_EQ(DelimiterOf("a;b, c;d"), ';');
  EXPECT_EQ(DelimiterOf("a\tb"), '\t');
  EXPECT_EQ(DelimiterOf("\"a,b,c\"|d"), '|');
  EXPECT_FALSE(DelimiterOf("a"));
  EXPECT_FALSE(DelimiterOf("a,b;c"));
  EXPECT_FALSE(DelimiterOf(""));
}

TEST(CsvHeader, NamesAreUnquoted) {
  EXPECT_EQ(NamesInHeader("a,b", ','), (Names{"a", "b"}));
  EXPECT_EQ(NamesInHeader("\xEF\xBB\xBF"
                          "a;b,c\r",
                          ';'),
            (Names{"a", "b,c"}));
  EXPECT_EQ(NamesInHeader("\"a\"\"b\",\"c,d\", e ", ','), (Names{"a\"b", "c,d", " e "}));
  EXPECT_EQ(NamesInHeader("Año,ä", ','), (Names{"Año", "ä"}));
}

TEST(CsvHeader, WhatNamesNoColumnsIsLeftToTheEngine) {
  for (const std::string header :
       {"", "a,", ",a", "a,,b", "a,A", "\"a", "\"a\"b,c", "a\"b,c", "a,\xE1"}) {
    EXPECT_FALSE(NamesInHeader(header, ',')) << header;
  }
}

}  // namespace
}  // namespace laguna::ingest
