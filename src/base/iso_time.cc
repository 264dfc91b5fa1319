// SPDX-License-Identifier: Apache-2.0
#include "base/iso_time.h"

#include <fmt/format.h>

#include <chrono>

#include "base/assert.h"

namespace laguna::base {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

int64_t FloorDivide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::string FormatSeconds(int64_t seconds) {
  LAGUNA_ASSERT(seconds >= kIsoTimeMinMs / 1000 && seconds <= kIsoTimeMaxMs / 1000);
  int64_t day = FloorDivide(seconds, kSecondsPerDay);
  int64_t rest = seconds - day * kSecondsPerDay;
  return fmt::format("{}T{:02}:{:02}:{:02}", FormatIsoDate(static_cast<int32_t>(day)), rest / 3600,
                     rest / 60 % 60, rest % 60);
}

// Reads the text from its front.
class Reader final {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }
  [[nodiscard]] bool NextIsDigit() const {
    return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
  }

  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `digits` digits that make at most `max`.
  std::optional<int> Number(int digits, int max) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!NextIsDigit()) return std::nullopt;
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (value > max) return std::nullopt;
    return value;
  }

  // The digits behind the point, as microseconds.
  std::optional<int64_t> Fraction() {
    constexpr int kDigitsMax = 9;
    int64_t nanoseconds = 0;
    int digits = 0;
    for (; NextIsDigit() && digits < kDigitsMax; ++digits) {
      nanoseconds = nanoseconds * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0 || NextIsDigit()) return std::nullopt;
    for (; digits < kDigitsMax; ++digits) nanoseconds *= 10;
    return nanoseconds / 1000;
  }

 private:
  std::string_view rest_;
};

std::optional<int32_t> ReadDate(Reader& reader) {
  std::optional<int> year = reader.Number(4, 9999);
  if (!year || *year == 0 || !reader.Take('-')) return std::nullopt;
  std::optional<int> month = reader.Number(2, 12);
  if (!month || !reader.Take('-')) return std::nullopt;
  std::optional<int> day = reader.Number(2, 31);
  if (!day) return std::nullopt;
  year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(sys_days(date).time_since_epoch().count());
}

// Microseconds since midnight.
std::optional<int64_t> ReadTimeOfDay(Reader& reader) {
  std::optional<int> hour = reader.Number(2, 23);
  if (!hour || !reader.Take(':')) return std::nullopt;
  std::optional<int> minute = reader.Number(2, 59);
  if (!minute) return std::nullopt;
  int64_t us = (*hour * 60 + *minute) * 60 * kUsPerSecond;
  if (!reader.Take(':')) return us;
  std::optional<int> second = reader.Number(2, 59);
  if (!second) return std::nullopt;
  us += *second * kUsPerSecond;
  if (!reader.Take('.')) return us;
  std::optional<int64_t> fraction = reader.Fraction();
  if (!fraction) return std::nullopt;
  return us + *fraction;
}

// Seconds east of Greenwich; 0 at the end of the text.
std::optional<int64_t> ReadOffset(Reader& reader) {
  if (reader.AtEnd() || reader.Take('Z')) return 0;
  bool west = reader.Take('-');
  if (!west && !reader.Take('+')) return std::nullopt;
  std::optional<int> hours = reader.Number(2, 23);
  if (!hours) return std::nullopt;
  std::optional<int> minutes = 0;
  if (reader.Take(':') || reader.NextIsDigit()) minutes = reader.Number(2, 59);
  if (!minutes) return std::nullopt;
  int64_t seconds = (*hours * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::string FormatIsoDate(int32_t since_epoch_days) {
  year_month_day date{sys_days(days(since_epoch_days))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string FormatIsoMs(int64_t since_epoch_ms) {
  int64_t seconds = FloorDivide(since_epoch_ms, 1000);
  return fmt::format("{}.{:03}Z", FormatSeconds(seconds), since_epoch_ms - seconds * 1000);
}

std::string FormatIsoUs(int64_t since_epoch_us) {
  int64_t seconds = FloorDivide(since_epoch_us, kUsPerSecond);
  return fmt::format("{}.{:06}Z", FormatSeconds(seconds), since_epoch_us - seconds * kUsPerSecond);
}

std::optional<int32_t> ParseIsoDate(std::string_view text) {
  Reader reader(text);
  std::optional<int32_t> days = ReadDate(reader);
  if (!reader.AtEnd()) return std::nullopt;
  return days;
}

std::optional<int64_t> ParseIsoUs(std::string_view text) {
  Reader reader(text);
  std::optional<int32_t> date = ReadDate(reader);
  if (!date || !(reader.Take('T') || reader.Take(' '))) return std::nullopt;
  std::optional<int64_t> time_us = ReadTimeOfDay(reader);
  if (!time_us) return std::nullopt;
  std::optional<int64_t> offset = ReadOffset(reader);
  if (!offset || !reader.AtEnd()) return std::nullopt;
  int64_t us = (*date * kSecondsPerDay - *offset) * kUsPerSecond + *time_us;
  bool writable = us >= kIsoTimeMinMs * 1000 && us <= kIsoTimeMaxMs * 1000 + 999;
  return writable ? std::optional(us) : std::nullopt;
}

std::optional<int64_t> ParseIsoMs(std::string_view text) {
  std::optional<int64_t> us = ParseIsoUs(text);
  if (!us) return std::nullopt;
  return FloorDivide(*us, 1000);
}

}  // namespace laguna::base
