// SPDX-License-Identifier: Apache-2.0
#include "delta/property_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <vector>

#include "delta/column_list.h"

namespace laguna::delta {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

struct IntervalUnit {
  std::string_view name;
  int64_t micros = 0;
};
constexpr IntervalUnit kIntervalUnits[] = {
    {"microsecond", 1},        {"millisecond", 1'000},  {"second", 1'000'000},
    {"minute", 60'000'000},    {"hour", 3'600'000'000}, {"day", 86'400'000'000},
    {"week", 604'800'000'000},
};

// Nothing for an unknown unit, and for more than an int64 holds.
std::optional<int64_t> Micros(std::string_view count, std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  const auto known = std::ranges::find(kIntervalUnits, unit, &IntervalUnit::name);
  const std::optional<int64_t> number = ParseInteger(count);
  int64_t micros = 0;
  const bool is_none = known == std::end(kIntervalUnits) || !number || *number < 0;
  if (is_none || __builtin_mul_overflow(*number, known->micros, &micros)) return std::nullopt;
  return micros;
}

// In lower case, without the leading "interval".
std::vector<std::string> IntervalWords(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : Split(LowerAscii(text), ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  if (!words.empty() && words.front() == "interval") words.erase(words.begin());
  return words;
}

// How many times 1024 the unit stands for; nothing for what is no unit.
std::optional<int> PowerOf(std::string_view unit) {
  constexpr std::string_view kUnits = "bkmgt";
  const std::string lower = LowerAscii(unit);
  if (lower.empty()) return 0;
  const size_t power = kUnits.find(lower[0]);
  const std::string_view rest = std::string_view(lower).substr(1);
  const bool is_unit = rest.empty() || (power != 0 && (rest == "b" || rest == "ib"));
  if (power == std::string_view::npos || !is_unit) return std::nullopt;
  return static_cast<int>(power);
}

// "2.12.0"
bool IsVersion(std::string_view text) {
  const std::vector<std::string> parts = Split(text, '.');
  return parts.size() == 3 && std::ranges::all_of(parts, [](const std::string& part) {
           return !part.empty() && part.size() < 6 &&
                  part.find_first_not_of("0123456789") == std::string::npos;
         });
}

bool IsInteger(const ValueRule& rule, std::string_view text) {
  const std::optional<int64_t> number = ParseInteger(text);
  return number && *number >= rule.least && *number <= std::numeric_limits<int32_t>::max();
}

bool IsOneOf(std::string_view text, std::string_view values) {
  const std::vector<std::string> allowed = Split(LowerAscii(values), '|');
  return std::ranges::find(allowed, LowerAscii(text)) != allowed.end();
}

}  // namespace

bool IsValue(const ValueRule& rule, std::string_view text) {
  switch (rule.type) {
    case PropertyType::kBoolean:
      return ParseBoolean(text).has_value();
    case PropertyType::kInteger:
      return IsInteger(rule, text);
    case PropertyType::kLong:
      return ParseInteger(text).value_or(-1) >= 0;
    case PropertyType::kInterval:
      return ParseInterval(text).has_value();
    case PropertyType::kByteSize:
      return ParseByteSize(text).has_value();
    case PropertyType::kColumns:
      return IsColumnList(text);
    case PropertyType::kVersion:
      return IsVersion(text);
    case PropertyType::kOneOf:
      return IsOneOf(text, rule.values);
    case PropertyType::kText:
      break;
  }
  return true;
}

std::string CanonicalValue(const ValueRule& rule, std::string_view text) {
  if (rule.type == PropertyType::kBoolean && ParseBoolean(text)) return LowerAscii(text);
  if (rule.type != PropertyType::kOneOf) return std::string(text);
  for (std::string& value : Split(rule.values, '|')) {
    if (LowerAscii(value) == LowerAscii(text)) return std::move(value);
  }
  return std::string(text);
}

std::string ValuesText(const ValueRule& rule) {
  switch (rule.type) {
    case PropertyType::kBoolean:
      return "'true' or 'false'";
    case PropertyType::kInteger:
      return fmt::format("a whole number from {} on", rule.least);
    case PropertyType::kLong:
      return "a whole number from 0 on";
    case PropertyType::kInterval:
      return "an interval without months, such as 'interval 30 days'";
    case PropertyType::kByteSize:
      return "a size in bytes, such as '134217728' or '128mb'";
    case PropertyType::kColumns:
      return "a list of columns, such as 'a, s.b', with odd names in back quotes";
    case PropertyType::kVersion:
      return "a version of the Parquet format, such as '2.12.0'";
    case PropertyType::kOneOf:
      return fmt::format("one of '{}'", fmt::join(Split(rule.values, '|'), "', '"));
    case PropertyType::kText:
      break;
  }
  return "a text";
}

std::optional<bool> ParseBoolean(std::string_view text) {
  const std::string lower = LowerAscii(text);
  if (lower == "true") return true;
  if (lower == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Pairs of a number and a unit after an optional "interval".
std::optional<int64_t> ParseInterval(std::string_view text) {
  const std::vector<std::string> words = IntervalWords(text);
  if (words.empty() || words.size() % 2 != 0) return std::nullopt;
  int64_t total = 0;
  for (size_t i = 0; i < words.size(); i += 2) {
    const std::optional<int64_t> micros = Micros(words[i], words[i + 1]);
    if (!micros || __builtin_add_overflow(total, *micros, &total)) return std::nullopt;
  }
  return total / 1'000;
}

std::optional<uint64_t> ParseByteSize(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0) return std::nullopt;
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const std::optional<int> power = PowerOf(unit);
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (!power || number > (kMax >> (10 * *power))) return std::nullopt;
  return number << (10 * *power);
}

base::Error RefusedValue(const std::string& name, const std::string& value,
                         std::string_view table) {
  return base::Error(
             base::ErrorKind::kInvalidInput, "delta.property_value",
             fmt::format("The table property \"{}\" of {} cannot be '{}'.", name, table, value))
      .With("property", name)
      .With("table", std::string(table))
      .With("value", value);
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace laguna::delta
