// SPDX-License-Identifier: Apache-2.0
#include "flow/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::ErrorKind;
using std::chrono::seconds;

constexpr std::string_view kSyntax =
    "Five fields: minute, hour, day of the month, month, day of the week. '0 1 * * *' is every "
    "night at one, '*/5 8-18 * * MON-FRI' every five minutes of office hours.";

// Every day comes again with every date within 400 years.
constexpr int kDaysMax = 146'097;

struct Field {
  std::string_view name;
  int least;
  int greatest;
  // Of `least` and those after it.
  std::span<const std::string_view> words = {};
};

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED",
                                                    "THU", "FRI", "SAT"};
constexpr Field kSecond{"second", 0, 59};
constexpr Field kMinute{"minute", 0, 59};
constexpr Field kHour{"hour", 0, 23};
constexpr Field kDay{"day of the month", 1, 31};
constexpr Field kMonth{"month", 1, 12, kMonths};
constexpr Field kWeekday{"day of the week", 0, 7, kWeekdays};

struct Macro {
  std::string_view name;
  std::string_view cron;
};
constexpr std::array<Macro, 7> kMacros{{{"@HOURLY", "0 * * * *"},
                                        {"@DAILY", "0 0 * * *"},
                                        {"@MIDNIGHT", "0 0 * * *"},
                                        {"@WEEKLY", "0 0 * * 0"},
                                        {"@MONTHLY", "0 0 1 * *"},
                                        {"@YEARLY", "0 0 1 1 *"},
                                        {"@ANNUALLY", "0 0 1 1 *"}}};

std::string UpperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Divides at the first `separator`; the second half is nothing without one.
std::pair<std::string_view, std::optional<std::string_view>> Halves(std::string_view text,
                                                                    char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

class CronParser {
 public:
  explicit CronParser(std::string_view text) : text_(UpperAscii(text)) {}

  Cron Parse() {
    std::string_view rest = text_;
    for (const Macro& macro : kMacros) {
      if (text_ == macro.name) rest = macro.cron;
    }
    std::vector<std::string_view> fields = Split(rest, " \t");
    std::erase(fields, std::string_view());
    if (fields.size() != 5 && fields.size() != 6) {
      throw Problem(fmt::format("it has {} fields", fields.size()));
    }
    const bool has_seconds = fields.size() == 6;
    TakeList(kSecond, has_seconds ? fields[0] : "0", cron_.seconds_);
    TakeFields(std::span(fields).subspan(has_seconds ? 1 : 0));
    return cron_;
  }

  [[nodiscard]] Error Problem(const std::string& what) const {
    return Error(ErrorKind::kInvalidInput, "flow.cron",
                 fmt::format("'{}' is no cron expression: {}.", text_, what))
        .Hint(std::string(kSyntax));
  }

 private:
  void TakeFields(std::span<const std::string_view> fields) {
    TakeList(kMinute, fields[0], cron_.minutes_);
    TakeList(kHour, fields[1], cron_.hours_);
    TakeDays(fields[2]);
    TakeList(kMonth, fields[3], cron_.months_);
    TakeWeekdays(fields[4]);
    cron_.any_day_ = fields[2].starts_with('*');
    cron_.any_weekday_ = fields[4].starts_with('*');
    cron_.is_interval_ = fields[0].starts_with('*') || fields[1].starts_with('*');
  }

  void TakeDays(std::string_view list) {
    for (const std::string_view item : Split(list, ",")) {
      if (item == "L") {
        cron_.last_day_ = true;
      } else {
        TakeItem(kDay, item, cron_.days_);
      }
    }
  }

  void TakeWeekdays(std::string_view list) {
    for (const std::string_view item : Split(list, ",")) {
      const auto [day, nth] = Halves(item, '#');
      if (nth) {
        const size_t n = *nth == "L" ? Cron::kLastOfMonth : TakeNumber({"week", 1, 5}, *nth);
        cron_.nth_weekdays_[TakeNumber(kWeekday, day) % 7].set(n);
        continue;
      }
      std::bitset<8> days;
      TakeItem(kWeekday, item, days);
      for (size_t i = 0; i < days.size(); ++i) {
        if (days[i]) cron_.weekdays_.set(i % 7);
      }
    }
  }

  template <size_t kSize>
  void TakeList(const Field& field, std::string_view list, std::bitset<kSize>& values) {
    for (const std::string_view item : Split(list, ",")) TakeItem(field, item, values);
  }

  // "*", "5", "1-5", and each with "/2".
  template <size_t kSize>
  void TakeItem(const Field& field, std::string_view item, std::bitset<kSize>& values) {
    const auto [range, step_text] = Halves(item, '/');
    const size_t step =
        step_text ? TakeNumber({"step", 1, std::max(field.greatest, 1)}, *step_text) : 1;
    auto first = static_cast<size_t>(field.least);
    auto last = static_cast<size_t>(field.greatest);
    if (range != "*") {
      const auto [from, to] = Halves(range, '-');
      first = TakeNumber(field, from);
      if (to || !step_text) last = to ? TakeNumber(field, *to) : first;
      if (last < first) throw Problem(fmt::format("the range {} goes backwards", range));
    }
    for (size_t i = first; i <= last; i += step) values.set(i);
  }

  [[nodiscard]] size_t TakeNumber(const Field& field, std::string_view text) const {
    const auto word = std::ranges::find(field.words, text);
    if (word != field.words.end()) {
      return static_cast<size_t>(word - field.words.begin() + field.least);
    }
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = failure == std::errc() && end == text.data() + text.size();
    if (!is_number || number < field.least || number > field.greatest) {
      throw Problem(fmt::format("'{}' is no {} ({} to {}{})", text, field.name, field.least,
                                field.greatest, field.words.empty() ? "" : ", or its name"));
    }
    return static_cast<size_t>(number);
  }

  const std::string text_;
  Cron cron_;
};

Cron Cron::Parse(std::string_view text) {
  CronParser parser(text);
  const Cron cron = parser.Parse();
  if (!cron.Find(date::local_days(date::year(2000) / 1 / 1))) {
    throw parser.Problem("there is no such day");
  }
  return cron;
}

bool Cron::HasWeekday(date::local_days day) const {
  const size_t weekday = date::weekday(day).c_encoding();
  if (weekdays_[weekday]) return true;
  const date::year_month_day ymd(day);
  const unsigned of_month = static_cast<unsigned>(ymd.day());
  const auto& nth = nth_weekdays_[weekday];
  const bool is_last = date::year_month_day(day + date::days(7)).month() != ymd.month();
  return nth[(of_month - 1) / 7 + 1] || (is_last && nth[kLastOfMonth]);
}

bool Cron::HasDay(date::local_days day) const {
  const date::year_month_day ymd(day);
  if (!months_[static_cast<unsigned>(ymd.month())]) return false;
  const bool is_last = date::year_month_day(day + date::days(1)).month() != ymd.month();
  const bool by_day = days_[static_cast<unsigned>(ymd.day())] || (is_last && last_day_);
  const bool by_weekday = HasWeekday(day);
  return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<seconds> Cron::NextInDay(seconds from) const {
  const date::hh_mm_ss<seconds> time(from);
  const auto first_hour = static_cast<size_t>(time.hours().count());
  auto minute = static_cast<size_t>(time.minutes().count());
  auto second = static_cast<size_t>(time.seconds().count());
  for (size_t hour = first_hour; hour < hours_.size(); ++hour, minute = 0, second = 0) {
    if (!hours_[hour]) continue;
    for (; minute < minutes_.size(); ++minute, second = 0) {
      if (!minutes_[minute]) continue;
      for (; second < seconds_.size(); ++second) {
        if (seconds_[second]) return seconds(((hour * 60) + minute) * 60 + second);
      }
    }
  }
  return std::nullopt;
}

std::optional<date::local_seconds> Cron::Find(date::local_seconds after) const {
  const date::local_seconds from = after + seconds(1);
  auto day = date::floor<date::days>(from);
  seconds in_day = from - day;
  for (int i = 0; i <= kDaysMax; ++i, day += date::days(1), in_day = seconds(0)) {
    if (!HasDay(day)) continue;
    if (const auto found = NextInDay(in_day)) return day + *found;
  }
  return std::nullopt;
}

date::local_seconds Cron::Next(date::local_seconds after) const {
  return Find(after).value();
}

}  // namespace laguna::flow
