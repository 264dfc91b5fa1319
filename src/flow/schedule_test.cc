// SPDX-License-Identifier: Apache-2.0
#include "flow/schedule.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/iso_time.h"
#include "flow/flow_for_test.h"

namespace laguna::flow {
namespace {

int64_t Ms(const std::string& iso) {
  return base::ParseIsoMs(iso).value();
}

struct Due {
  std::string cron;
  std::string time_zone;
  std::string after;
  // As the clock there shows them.
  std::vector<std::string> next;
};

void ExpectDue(std::span<const Due> cases) {
  for (const Due& test : cases) {
    const Schedule schedule(test.cron, test.time_zone);
    int64_t at_ms = Ms(test.after);
    for (const std::string& next : test.next) {
      at_ms = schedule.NextMs(at_ms);
      EXPECT_EQ(schedule.LocalText(at_ms), next) << schedule.text();
    }
  }
}

TEST(Schedule, KeepsTimesOfDayWhenClocksChange) {
  const Due cases[] = {
      {"0 1 * * *",
       "America/Bogota",
       "2024-01-31T05:59:59Z",
       {"2024-01-31 01:00:00-05:00", "2024-02-01 01:00:00-05:00"}},
      // Clocks go from 2:00 to 3:00.
      {"30 2 * * *",
       "Europe/Berlin",
       "2024-03-30T00:00:00Z",
       {"2024-03-30 02:30:00+01:00", "2024-03-31 03:00:00+02:00", "2024-04-01 02:30:00+02:00"}},
      {"0,30 2,3 * * *",
       "Europe/Berlin",
       "2024-03-30T12:00:00Z",
       {"2024-03-31 03:00:00+02:00", "2024-03-31 03:30:00+02:00", "2024-04-01 02:00:00+02:00"}},
      // From 3:00 back to 2:00.
      {"30 2 * * *",
       "Europe/Berlin",
       "2024-10-26T12:00:00Z",
       {"2024-10-27 02:30:00+02:00", "2024-10-28 02:30:00+01:00"}},
      // Midnight is left out.
      {"0 0 * * *",
       "America/Santiago",
       "2024-09-07T12:00:00Z",
       {"2024-09-08 01:00:00-03:00", "2024-09-09 00:00:00-03:00"}},
      // A whole day is.
      {"0 12 * * *",
       "Pacific/Apia",
       "2011-12-29T00:00:00Z",
       {"2011-12-29 12:00:00-10:00", "2011-12-31 00:00:00+14:00", "2011-12-31 12:00:00+14:00"}},
  };
  ExpectDue(cases);
}

TEST(Schedule, KeepsIntervalsWhenClocksChange) {
  const Due cases[] = {
      {"*/30 * * * *",
       "Europe/Berlin",
       "2024-10-27T00:00:00Z",
       {"2024-10-27 02:30:00+02:00", "2024-10-27 02:00:00+01:00", "2024-10-27 02:30:00+01:00",
        "2024-10-27 03:00:00+01:00"}},
      {"*/30 * * * *",
       "Europe/Berlin",
       "2024-03-31T00:00:00Z",
       {"2024-03-31 01:30:00+01:00", "2024-03-31 03:00:00+02:00"}},
      // Half an hour forward.
      {"0 * * * *",
       "Australia/Lord_Howe",
       "2024-10-05T14:00:00Z",
       {"2024-10-06 01:00:00+10:30", "2024-10-06 03:00:00+11:00"}},
  };
  ExpectDue(cases);
}

// Wherever clocks are changed: time goes on, and no time of day comes twice or is lost.
TEST(Schedule, IsDueOnceADayInEveryTimeZone) {
  constexpr int64_t kDayMs = 86'400'000;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    if (zone.name().find('/') == std::string::npos) continue;
    const Schedule schedule("30 0 * * *", zone.name());
    int64_t at_ms = Ms("2010-06-01T12:00:00Z");
    const int64_t end_ms = Ms("2012-06-01T00:00:00Z");
    std::set<std::string> days;
    int64_t count = 0;
    for (; at_ms < end_ms; ++count) {
      const int64_t next_ms = schedule.NextMs(at_ms);
      ASSERT_GT(next_ms, at_ms) << schedule.text();
      ASSERT_LE(next_ms - at_ms, 2 * kDayMs) << schedule.text();
      at_ms = next_ms;
      days.insert(schedule.LocalText(at_ms).substr(0, 10));
    }
    // A day that was left out is due with the one after it.
    EXPECT_GE(static_cast<int64_t>(days.size()), count - 1) << schedule.text();
  }
}

TEST(Schedule, KnowsItsTimeZone) {
  EXPECT_EQ(Schedule("@daily", "UTC").text(), "@daily UTC");
  EXPECT_EQ(Schedule("0 0 1 1 *", "UTC").NextMs(-1), 0);
  const base::Error error = ErrorFrom([] { Schedule("@daily", "Europe/Berln"); });
  EXPECT_EQ(error.code(), "flow.time_zone");
  EXPECT_NE(error.hint().find("Europe/Berlin"), std::string::npos);
}

}  // namespace
}  // namespace laguna::flow
