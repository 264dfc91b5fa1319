// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

#include <algorithm>
#include <array>
#include <string>

namespace laguna::base {
namespace {

struct Unit {
  std::string_view name;
  uint64_t size;
};

constexpr std::array kDurationUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                                    Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr uint64_t kDurationMsMax = 10'000ULL * 86'400'000;

constexpr std::array kByteUnits{Unit{"b", 1},
                                Unit{"kb", 1000},
                                Unit{"mb", 1'000'000},
                                Unit{"gb", 1'000'000'000},
                                Unit{"tb", 1'000'000'000'000},
                                Unit{"kib", 1ULL << 10},
                                Unit{"mib", 1ULL << 20},
                                Unit{"gib", 1ULL << 30},
                                Unit{"tib", 1ULL << 40}};
constexpr uint64_t kBytesMax = 1ULL << 62;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// A decimal number as an integer over a power of ten: exact, unlike a double.
struct Decimal {
  uint64_t digits = 0;
  uint64_t divisor = 1;
};

// Cuts digits, optionally with a point and more digits, off the front. At most 15 digits.
std::optional<Decimal> TakeDecimal(std::string_view& text) {
  constexpr int kDigitsMax = 15;
  Decimal number;
  bool point = false;
  int digits = 0;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text[0] == '.' && !point && digits > 0 && text.size() > 1 && IsDigit(text[1])) {
      point = true;
      continue;
    }
    if (!IsDigit(text[0])) break;
    if (++digits > kDigitsMax) return std::nullopt;
    number.digits = number.digits * 10 + static_cast<uint64_t>(text[0] - '0');
    if (point) number.divisor *= 10;
  }
  if (digits == 0) return std::nullopt;
  return number;
}

// The product, cut to a whole number; nothing when it is over `max`.
std::optional<uint64_t> Scale(const Decimal& number, uint64_t unit, uint64_t max) {
  __extension__ using Wide = unsigned __int128;
  Wide product = Wide{number.digits} * unit / number.divisor;
  if (product > max) return std::nullopt;
  return static_cast<uint64_t>(product);
}

template <size_t N>
std::optional<uint64_t> SizeOf(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  uint64_t total_ms = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::optional<Decimal> number = TakeDecimal(text);
    size_t letters = std::min(text.find_first_of("0123456789."), text.size());
    std::optional<uint64_t> unit = SizeOf(kDurationUnits, text.substr(0, letters));
    if (!number || !unit) return std::nullopt;
    std::optional<uint64_t> part_ms = Scale(*number, *unit, kDurationMsMax);
    if (!part_ms || total_ms + *part_ms > kDurationMsMax) return std::nullopt;
    total_ms += *part_ms;
    text.remove_prefix(letters);
  }
  return std::chrono::milliseconds(total_ms);
}

std::optional<uint64_t> ParseBytes(std::string_view text) {
  std::optional<Decimal> number = TakeDecimal(text);
  if (!number) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);
  std::string name(text);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  std::optional<uint64_t> unit = SizeOf(kByteUnits, name);
  if (!unit) return std::nullopt;
  return Scale(*number, *unit, kBytesMax);
}

}  // namespace laguna::base
