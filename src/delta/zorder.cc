// SPDX-License-Identifier: Apache-2.0
#include "delta/zorder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"

namespace laguna::delta {
namespace {

constexpr int kBitsMax = 12;
constexpr int kPlaceBitsMax = 16;
constexpr int kBitsTogether = 64;

std::string_view Leading(std::string_view value) {
  return value.substr(0, kZOrderValueBytesMax);
}

// Compares as the bytes do, but for those that differ behind the eighth only, or by zeros.
uint64_t HeadOf(std::string_view value) {
  uint64_t head = 0;
  for (size_t i = 0; i < sizeof(head); ++i) {
    head = head << 8 | (i < value.size() ? static_cast<unsigned char>(value[i]) : 0U);
  }
  return head;
}

// For each byte its bits with `distance - 1` zeros between any two.
using Spread = std::array<uint64_t, 256>;

Spread SpreadBy(size_t distance) {
  Spread spread{};
  for (size_t byte = 0; byte < spread.size(); ++byte) {
    for (size_t bit = 0; bit < 8 && bit * distance < kBitsTogether; ++bit) {
      if ((byte >> bit & 1) != 0) spread[byte] |= uint64_t{1} << (bit * distance);
    }
  }
  return spread;
}

const Spread& SpreadFor(size_t columns) {
  static const std::array<Spread, kZOrderColumnsMax + 1> kSpreads = [] {
    std::array<Spread, kZOrderColumnsMax + 1> spreads{};
    for (size_t distance = 1; distance < spreads.size(); ++distance) {
      spreads[distance] = SpreadBy(distance);
    }
    return spreads;
  }();
  return kSpreads[columns];
}

}  // namespace

int ZOrderBits(size_t columns) {
  LAGUNA_ASSERT(columns > 0 && columns <= kZOrderColumnsMax);
  return std::min(kBitsMax, kBitsTogether / static_cast<int>(columns));
}

RangeStarts::RangeStarts(std::vector<std::string> starts) : starts_(std::move(starts)) {
  for (const std::string& start : starts_) heads_.push_back(HeadOf(start));
}

size_t RangeStarts::RangeOf(std::string_view value) const {
  const auto [first, last] = std::equal_range(heads_.begin(), heads_.end(), HeadOf(value));
  // Among starts with the same head the rest decides.
  const auto behind = std::upper_bound(
      starts_.begin() + (first - heads_.begin()), starts_.begin() + (last - heads_.begin()),
      Leading(value),
      [](std::string_view wanted, const std::string& start) { return wanted < start; });
  return static_cast<size_t>(behind - starts_.begin());
}

ValueRanges::ValueRanges(std::vector<std::string> sample, int bits) : bits_(bits) {
  LAGUNA_ASSERT(bits > 0 && bits <= kPlaceBitsMax);
  for (std::string& value : sample) value.resize(std::min(value.size(), kZOrderValueBytesMax));
  std::ranges::sort(sample);
  const size_t ranges = std::min(sample.size(), size_t{1} << bits);
  std::vector<std::string> starts;
  for (size_t range = 1; range < ranges; ++range) {
    const std::string& start = sample[range * sample.size() / ranges];
    // The first range begins before every value.
    const std::string& before = starts.empty() ? sample.front() : starts.back();
    if (start != before) starts.push_back(start);
  }
  starts_ = RangeStarts(std::move(starts));
}

uint32_t ValueRanges::PlaceOf(std::string_view value) const {
  return static_cast<uint32_t>((static_cast<uint64_t>(starts_.RangeOf(value)) << bits_) / size());
}

uint64_t Interleave(std::span<const uint32_t> places, int bits) {
  const size_t columns = places.size();
  LAGUNA_ASSERT(columns > 0 && columns <= kZOrderColumnsMax &&
                bits * static_cast<int>(columns) <= kBitsTogether);
  const Spread& spread = SpreadFor(columns);
  uint64_t code = 0;
  for (size_t column = 0; column < columns; ++column) {
    const uint32_t place = places[column];
    LAGUNA_ASSERT(place >> bits == 0);
    uint64_t spaced = spread[place & 0xff];
    if (bits > 8) spaced |= spread[place >> 8] << (8 * columns);
    // The first column's bits are the higher ones of their turn.
    code |= spaced << (columns - 1 - column);
  }
  return code;
}

}  // namespace laguna::delta
