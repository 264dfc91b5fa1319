// SPDX-License-Identifier: Apache-2.0
#include "base/count_text.h"

#include <gtest/gtest.h>

namespace laguna::base {
namespace {

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Counted(1, "row"), "1 row");
  EXPECT_EQ(Counted(2000, "row"), "2,000 rows");
}

TEST(CountText, ChoosesUnits) {
  EXPECT_EQ(BytesText(1023), "1023 B");
  EXPECT_EQ(BytesText(1536), "1.5 KiB");
  EXPECT_EQ(BytesText(uint64_t{3} << 30), "3.0 GiB");
  EXPECT_EQ(SecondsText(0.0124), "12 ms");
  EXPECT_EQ(SecondsText(3.456), "3.46 s");
  EXPECT_EQ(SecondsText(75.4), "1 min 15 s");
  EXPECT_EQ(SecondsText(7380), "2 h 3 min");
}

}  // namespace
}  // namespace laguna::base
