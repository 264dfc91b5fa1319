// SPDX-License-Identifier: Apache-2.0
// When a cron expression is due, on a calendar without time zones.
//
// Five fields: minute, hour, day of the month, month, day of the week; six have seconds before
// them. The syntax is that of Vixie's cron: `*`, lists, ranges, steps, names of months and days (0
// and 7 are SUN), @hourly, @daily, @weekly, @monthly, @yearly. As there, where both days are
// restricted a day that is one of them is enough. Besides, L is the last day of the month, FRI#2
// its second Friday and FRI#L its last. A value; thread-safe.
#pragma once

#include <date/date.h>

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace laguna::flow {

class Cron {
 public:
  // InvalidInput "flow.cron" for what is none, or can never come (30 February).
  static Cron Parse(std::string_view text);

  // The first one later than `after`.
  [[nodiscard]] date::local_seconds Next(date::local_seconds after) const;

  // Its hours or minutes begin with `*`: it means every so many minutes, whatever a clock shows.
  // Else it means times of day.
  [[nodiscard]] bool is_interval() const { return is_interval_; }

 private:
  Cron() = default;
  [[nodiscard]] bool HasDay(date::local_days day) const;
  [[nodiscard]] bool HasWeekday(date::local_days day) const;
  // Within a day, not before `from`.
  [[nodiscard]] std::optional<std::chrono::seconds> NextInDay(std::chrono::seconds from) const;
  [[nodiscard]] std::optional<date::local_seconds> Find(date::local_seconds after) const;

  std::bitset<60> seconds_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  // From 1.
  std::bitset<32> days_;
  bool last_day_ = false;
  std::bitset<13> months_;
  // Sunday is 0.
  std::bitset<7> weekdays_;
  // By weekday: bit n is the n-th of its month, bit kLastOfMonth the last.
  static constexpr size_t kLastOfMonth = 6;
  std::array<std::bitset<7>, 7> nth_weekdays_;
  // The field begins with `*`.
  bool any_day_ = true;
  bool any_weekday_ = true;
  bool is_interval_ = false;

  friend class CronParser;
};

}  // namespace laguna::flow
