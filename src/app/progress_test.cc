// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <gtest/gtest.h>

#include "app/output/display_width.h"

namespace laguna::app {
namespace {

TEST(Progress, LineSaysHowFarAndHowLong) {
  EXPECT_EQ(ProgressLine({.percent = 25, .rows_done = 1200, .rows_total = 4800}, 3),
            "25 %  1,200 rows  3.00 s, about 9.00 s left");
  EXPECT_EQ(ProgressLine({.percent = -1}, 12.34), "12.3 s");
}

TEST(Progress, BarFitsItsWidth) {
  for (double percent = -1; percent <= 100; percent += 0.7) {
    const std::string bar = ProgressBar({.percent = percent, .rows_done = 123456789}, 75, 40);
    EXPECT_LE(DisplayWidth(bar), 40u) << bar;
  }
}

TEST(Progress, NoLinesForShortQueriesElsewhere) {
  using std::chrono::seconds;
  StringOutput output;
  ProgressDisplay display(output, false);
  display.Show({.percent = 10}, seconds(2));
  EXPECT_EQ(output.text(), "");
  display.Show({.percent = 50}, seconds(11));
  display.Show({.percent = 51}, seconds(12));
  EXPECT_EQ(output.text(), "50 %  11.0 s, about 11.0 s left\n");
}

}  // namespace
}  // namespace laguna::app
