// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/strict_number.h"

#include <gtest/gtest.h>

namespace laguna::ingest {
namespace {

TEST(StrictNumber, WhatMayBeAnIdentifierIsNoNumberOfAFoundType) {
  struct {
    const char* text;
    bool found;
    bool given;
  } const cases[] = {
      {"7", true, true},     {" -12 ", true, true}, {"0", true, true},
      {"007", false, true},  {"-01", false, true},  {"+5", false, true},
      {"+-5", false, false}, {"1.0", false, false}, {"9223372036854775808", false, false},
      {"", false, false}};
  for (const auto& each : cases) {
    EXPECT_EQ(ReadWholeNumber(each.text, TypeChoice::kFound).has_value(), each.found) << each.text;
    EXPECT_EQ(ReadWholeNumber(each.text, TypeChoice::kGiven).has_value(), each.given) << each.text;
  }
}

TEST(StrictNumber, WhatADoubleDoesNotTellFromOthersIsNoneOfAFoundType) {
  struct {
    const char* text;
    bool found;
    bool given;
  } const cases[] = {{"0.5", true, true},
                     {"+.5", true, true},
                     {"1e3", true, true},
                     {"0.30000000000000004", true, true},
                     {"0.50000000000000000000000", true, true},
                     {"100000000000000000000", true, true},
                     {"12345678901234567891", false, true},
                     {"0.1234567890123456789", false, true},
                     {"12345678901234567.5", false, true},
                     {"007.5", false, true},
                     {"1e400", false, false},
                     {"1e-400", false, false},
                     {"1_0.5", false, false}};
  for (const auto& each : cases) {
    EXPECT_EQ(ReadDouble(each.text, TypeChoice::kFound).has_value(), each.found) << each.text;
    EXPECT_EQ(ReadDouble(each.text, TypeChoice::kGiven).has_value(), each.given) << each.text;
  }
}

TEST(StrictNumber, ADecimalIsNotRounded) {
  EXPECT_TRUE(FitsScale("-8.50", 2));
  EXPECT_TRUE(FitsScale("8.5000", 2));
  EXPECT_TRUE(FitsScale("8", 0));
  EXPECT_TRUE(FitsScale(".5", 1));
  EXPECT_TRUE(FitsScale("5.", 1));
  for (const char* const text : {"8.505", "-0.001", "1e2", ".", "", "1,5", "x"}) {
    EXPECT_FALSE(FitsScale(text, 2)) << text;
  }
}

TEST(StrictNumber, SevenDigitsOfASecondAreTooFine) {
  EXPECT_TRUE(IsFinerThanMicroseconds("2024-01-15 10:30:00.1234567"));
  EXPECT_TRUE(IsFinerThanMicroseconds("2024-01-15T10:30:00.123456789Z"));
  EXPECT_FALSE(IsFinerThanMicroseconds("2024-01-15 10:30:00.123456000+02"));
  EXPECT_FALSE(IsFinerThanMicroseconds("15.01.2024 10:30:00"));
  EXPECT_FALSE(IsFinerThanMicroseconds("2024-01-15"));
}

}  // namespace
}  // namespace laguna::ingest
