// SPDX-License-Identifier: Apache-2.0
// The points in time of a cron expression in a time zone.
//
// Clocks are put forward and back. What means times of day (Cron::is_interval) is due once a day
// for each of them: a time that is left out when clocks are put forward comes at the moment they
// are, one that comes twice is the first. What means an interval goes on by the time that passes. A
// value; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flow/cron.h"

namespace date {
class time_zone;
}

namespace laguna::flow {

class Schedule {
 public:
  // `time_zone` as IANA names them. InvalidInput "flow.cron", "flow.time_zone".
  Schedule(std::string_view cron, std::string_view time_zone);

  // The first one later than `after_ms`; both in milliseconds since the epoch.
  [[nodiscard]] int64_t NextMs(int64_t after_ms) const;
  // "2026-11-23 01:00:00-05:00", as the schedule's time zone has it.
  [[nodiscard]] std::string LocalText(int64_t at_ms) const;

  // As it was given, with the time zone: "0 1 * * * America/Bogota".
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& time_zone() const { return time_zone_; }

 private:
  [[nodiscard]] int64_t NextTimeOfDay(int64_t after_s) const;
  [[nodiscard]] int64_t NextOfInterval(int64_t after_s) const;

  Cron cron_;
  std::string time_zone_;
  std::string text_;
  // Of the database of time zones, which is read once and stays.
  const date::time_zone* zone_;
};

// The same in a time zone by its name. InvalidInput "flow.time_zone".
[[nodiscard]] std::string LocalTimeText(int64_t at_ms, const std::string& time_zone);

}  // namespace laguna::flow
