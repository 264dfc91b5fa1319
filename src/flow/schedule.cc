// SPDX-License-Identifier: Apache-2.0
#include "flow/schedule.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::ErrorKind;
using std::chrono::seconds;

constexpr int64_t kMsPerSecond = 1000;

const date::time_zone* ZoneNamed(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    std::vector<std::string> names;
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
    throw Error(ErrorKind::kInvalidInput, "flow.time_zone",
                fmt::format("There is no time zone '{}'.", name))
        .Hint(base::SuggestName(name, names));
  }
}

int64_t FloorSeconds(int64_t ms) {
  return ms / kMsPerSecond - (ms % kMsPerSecond < 0 ? 1 : 0);
}

std::string TextIn(const date::time_zone* zone, int64_t at_ms) {
  return date::format("%F %T%Ez",
                      date::make_zoned(zone, date::sys_seconds(seconds(FloorSeconds(at_ms)))));
}

}  // namespace

Schedule::Schedule(std::string_view cron, std::string_view time_zone)
    : cron_(Cron::Parse(cron)),
      time_zone_(time_zone),
      text_(fmt::format("{} {}", cron, time_zone)),
      zone_(ZoneNamed(time_zone_)) {}

int64_t Schedule::NextMs(int64_t after_ms) const {
  const int64_t after_s = FloorSeconds(after_ms);
  return (cron_.is_interval() ? NextOfInterval(after_s) : NextTimeOfDay(after_s)) * kMsPerSecond;
}

std::string Schedule::LocalText(int64_t at_ms) const {
  return TextIn(zone_, at_ms);
}

// The first of two; the moment of the change for one that the clock leaves out.
int64_t Schedule::NextTimeOfDay(int64_t after_s) const {
  date::local_seconds local = zone_->to_local(date::sys_seconds(seconds(after_s)));
  for (;;) {
    local = cron_.Next(local);
    const int64_t next_s = zone_->to_sys(local, date::choose::earliest).time_since_epoch().count();
    if (next_s > after_s) return next_s;
  }
}

// Stretch by stretch of time between two changes of the clock.
int64_t Schedule::NextOfInterval(int64_t after_s) const {
  date::sys_seconds after{seconds(after_s)};
  for (;;) {
    const date::sys_info stretch = zone_->get_info(after + seconds(1));
    const date::local_seconds local{after.time_since_epoch() + stretch.offset};
    const date::sys_seconds next{cron_.Next(local).time_since_epoch() - stretch.offset};
    if (next < stretch.end) return next.time_since_epoch().count();
    after = stretch.end - seconds(1);
  }
}

std::string LocalTimeText(int64_t at_ms, const std::string& time_zone) {
  return TextIn(ZoneNamed(time_zone), at_ms);
}

}  // namespace laguna::flow
