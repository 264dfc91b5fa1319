// SPDX-License-Identifier: Apache-2.0
#include "flow/cron.h"

#include <date/date.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"

namespace laguna::flow {
namespace {

date::local_seconds At(const std::string& text) {
  date::local_seconds time;
  std::istringstream(text) >> date::parse("%F %T", time);
  return time;
}

struct Due {
  std::string cron;
  std::string after;
  std::vector<std::string> next;
};

TEST(Cron, IsDueWhenItsFieldsSay) {
  // 1 January 2024 was a Monday.
  const Due cases[] = {
      {"0 1 * * *",
       "2024-01-01 00:59:59",
       {"2024-01-01 01:00:00", "2024-01-02 01:00:00", "2024-01-03 01:00:00"}},
      {"*/20 8-9 * * *",
       "2024-01-01 08:20:00",
       {"2024-01-01 08:40:00", "2024-01-01 09:00:00", "2024-01-01 09:20:00", "2024-01-01 09:40:00",
        "2024-01-02 08:00:00"}},
      {"5/25 3 * * *",
       "2024-01-01 00:00:00",
       {"2024-01-01 03:05:00", "2024-01-01 03:30:00", "2024-01-01 03:55:00"}},
      {"30 7 * * mon-FRI", "2024-01-05 07:30:00", {"2024-01-08 07:30:00"}},
      {"0 0 * * 7", "2024-01-01 00:00:00", {"2024-01-07 00:00:00", "2024-01-14 00:00:00"}},
      {"0 0 * * 5-7",
       "2024-01-01 00:00:00",
       {"2024-01-05 00:00:00", "2024-01-06 00:00:00", "2024-01-07 00:00:00",
        "2024-01-12 00:00:00"}},
      // One of the two days is enough.
      {"0 0 13 * FRI",
       "2024-01-01 00:00:00",
       {"2024-01-05 00:00:00", "2024-01-12 00:00:00", "2024-01-13 00:00:00"}},
      // But not beside a star.
      {"0 0 */2 * TUE", "2024-01-01 00:00:00", {"2024-01-09 00:00:00", "2024-01-23 00:00:00"}},
      {"0 0 29 2 *", "2024-02-29 00:00:00", {"2028-02-29 00:00:00"}},
      {"0 0 29 FEB MON", "2024-03-01 00:00:00", {"2025-02-03 00:00:00"}},
      {"0 0 L * *",
       "2024-01-31 00:00:00",
       {"2024-02-29 00:00:00", "2024-03-31 00:00:00", "2024-04-30 00:00:00"}},
      {"0 0 * * FRI#2,FRI#L",
       "2024-01-01 00:00:00",
       {"2024-01-12 00:00:00", "2024-01-26 00:00:00", "2024-02-09 00:00:00"}},
      {"*/30 * * * * *", "2024-01-01 00:00:01", {"2024-01-01 00:00:30", "2024-01-01 00:01:00"}},
      {"@monthly", "2024-01-01 00:00:00", {"2024-02-01 00:00:00", "2024-03-01 00:00:00"}},
      {"@Hourly", "2023-12-31 23:00:00", {"2024-01-01 00:00:00"}},
      {"0  0\t1,15 1 *", "2024-01-01 00:00:00", {"2024-01-15 00:00:00", "2025-01-01 00:00:00"}},
  };
  for (const Due& test : cases) {
    const Cron cron = Cron::Parse(test.cron);
    date::local_seconds time = At(test.after);
    for (const std::string& next : test.next) {
      time = cron.Next(time);
      EXPECT_EQ(date::format("%F %T", time), next) << test.cron;
    }
  }
}

TEST(Cron, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "it has 0 fields"},
      {"0 1 * *", "it has 4 fields"},
      {"1 2 3 4 5 6 7", "it has 7 fields"},
      {"60 * * * *", "'60' is no minute (0 to 59)"},
      {"* 24 * * *", "'24' is no hour (0 to 23)"},
      {"* * 0 * *", "'0' is no day of the month (1 to 31)"},
      {"* * * MAI *", "'MAI' is no month (1 to 12, or its name)"},
      {"* * * * 8", "'8' is no day of the week (0 to 7, or its name)"},
      {"* * * * FRI#6", "'6' is no week"},
      {"9-5 * * * *", "the range 9-5 goes backwards"},
      {"*/0 * * * *", "'0' is no step"},
      {"1, * * * *", "'' is no minute"},
      {"1- * * * *", "'' is no minute"},
      {"-1 * * * *", "'' is no minute"},
      {"99999999999 * * * *", "is no minute"},
      {"@never", "it has 1 fields"},
      {"0 0 30 2 *", "there is no such day"},
      {"0 0 31 4,6,9,11 *", "there is no such day"},
  };
  for (const auto& [cron, says] : cases) {
    try {
      Cron::Parse(cron);
      ADD_FAILURE() << cron;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "flow.cron");
      EXPECT_NE(error.sentence().find(says), std::string::npos) << error.sentence();
    }
  }
}

}  // namespace
}  // namespace laguna::flow
