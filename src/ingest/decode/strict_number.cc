// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/strict_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace laguna::ingest {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool AreDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string_view WithoutSign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

// 007 and 00.5, but not 0 and 0.5.
bool HasLeadingZero(std::string_view unsigned_text) {
  return unsigned_text.size() > 1 && unsigned_text[0] == '0' &&
         kDigits.find(unsigned_text[1]) != std::string_view::npos;
}

// Of 0.0125000e3: 125.
size_t SignificantDigits(std::string_view unsigned_text) {
  const std::string_view mantissa = unsigned_text.substr(0, unsigned_text.find_first_of("eE"));
  std::string digits;
  std::ranges::copy_if(mantissa, std::back_inserter(digits), [](char c) { return c != '.'; });
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return 0;
  return digits.find_last_not_of('0') + 1 - first;
}

// A DOUBLE tells numbers of 15 digits apart in any case, and writes none with more than 17.
bool IsToldByDouble(std::string_view unsigned_text, double number) {
  constexpr size_t kExactDigits = 15;
  constexpr size_t kWrittenDigits = 17;
  if (unsigned_text.size() <= kExactDigits) return true;
  if (AreDigits(unsigned_text)) return fmt::format("{:.0f}", std::abs(number)) == unsigned_text;
  return SignificantDigits(unsigned_text) <= kWrittenDigits;
}

}  // namespace

std::string_view WithoutBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<int64_t> ReadWholeNumber(std::string_view text, TypeChoice choice) {
  text = WithoutBlanks(text);
  if (choice == TypeChoice::kFound) {
    if (HasLeadingZero(WithoutSign(text))) return std::nullopt;
  } else if (text.starts_with('+') && AreDigits(text.substr(1))) {
    text.remove_prefix(1);
  }
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> ReadDouble(std::string_view text, TypeChoice choice) {
  text = WithoutBlanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  if (choice == TypeChoice::kGiven) return number;
  const std::string_view unsigned_text = WithoutSign(text);
  if (HasLeadingZero(unsigned_text) || !IsToldByDouble(unsigned_text, number)) return std::nullopt;
  return number;
}

bool IsWholeText(std::string_view text) {
  return AreDigits(WithoutSign(WithoutBlanks(text)));
}

bool FitsScale(std::string_view text, int scale) {
  text = WithoutSign(WithoutBlanks(text));
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (point == std::string_view::npos) return AreDigits(whole);
  std::string_view fraction = text.substr(point + 1);
  if (!whole.empty() && !AreDigits(whole)) return false;
  if (!fraction.empty() && !AreDigits(fraction)) return false;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  return whole.size() + text.size() - point > 1 && fraction.size() <= static_cast<size_t>(scale);
}

bool IsFinerThanMicroseconds(std::string_view text) {
  constexpr size_t kDigitsMax = 6;
  const size_t point = text.find_last_of(".,");
  if (point == std::string_view::npos) return false;
  const std::string_view behind = text.substr(point + 1);
  const std::string_view fraction = behind.substr(0, behind.find_first_not_of(kDigits));
  return fraction.size() > kDigitsMax &&
         fraction.substr(kDigitsMax).find_first_not_of('0') != std::string_view::npos;
}

}  // namespace laguna::ingest
