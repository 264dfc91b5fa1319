// SPDX-License-Identifier: Apache-2.0
#include "delta/zorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace laguna::delta {
namespace {

// Bit by bit, as the definition has it.
uint64_t SlowInterleave(const std::vector<uint32_t>& places, int bits) {
  uint64_t code = 0;
  for (int bit = bits - 1; bit >= 0; --bit) {
    for (const uint32_t place : places) code = code << 1 | (place >> bit & 1);
  }
  return code;
}

// A number as bytes that sort as it does.
std::string BytesOf(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
  return bytes;
}

std::string LongBytesOf(uint32_t number) {
  return "the same head" + BytesOf(number);
}

// The range of a value is the number of range starts that are not behind it.
uint32_t SlowPlace(std::vector<std::string> sample, int bits, const std::string& value) {
  std::sort(sample.begin(), sample.end());
  const size_t ranges = std::min(sample.size(), size_t{1} << bits);
  std::set<std::string> starts;
  for (size_t range = 1; range < ranges; ++range) {
    const std::string& start = sample[range * sample.size() / ranges];
    if (start != sample.front()) starts.insert(start);
  }
  uint64_t range = 0;
  for (const std::string& start : starts) range += start <= value ? 1 : 0;
  return static_cast<uint32_t>((range << bits) / (starts.size() + 1));
}

TEST(ZOrder, InterleavesAsTheSlowReferenceDoes) {
  std::mt19937 random(20261122);
  for (size_t columns = 1; columns <= kZOrderColumnsMax; ++columns) {
    const int bits = ZOrderBits(columns);
    for (int round = 0; round < 500; ++round) {
      std::vector<uint32_t> places;
      for (size_t i = 0; i < columns; ++i) places.push_back(random() & ((1U << bits) - 1));
      ASSERT_EQ(Interleave(places, bits), SlowInterleave(places, bits)) << columns << " columns";
    }
  }
}

TEST(ZOrder, ATableOfCodesByHand) {
  // x = 0..3 across, y = 0..3 down, y's bits first.
  const std::vector<uint64_t> expected = {0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15};
  std::vector<uint64_t> codes;
  for (uint32_t y = 0; y < 4; ++y) {
    for (uint32_t x = 0; x < 4; ++x) {
      const uint32_t places[] = {y, x};
      codes.push_back(Interleave(places, 2));
    }
  }
  EXPECT_EQ(codes, expected);
}

TEST(ZOrder, AllColumnsTogetherFitInto64Bits) {
  EXPECT_EQ(ZOrderBits(1), 12);
  EXPECT_EQ(ZOrderBits(4), 12);
  EXPECT_EQ(ZOrderBits(5), 12);
  EXPECT_EQ(ZOrderBits(16), 4);
}

TEST(ZOrder, PlacesAreThoseOfTheSlowReference) {
  std::mt19937 random(7);
  for (const int bits : {1, 4, 16}) {
    for (const uint32_t distinct : {1U, 2U, 5U, 1000U, 1U << 31}) {
      const auto bytes_of = random() % 2 == 0 ? BytesOf : LongBytesOf;
      std::vector<std::string> sample;
      for (int i = 0; i < 300; ++i) sample.push_back(bytes_of(random() % distinct));
      const ValueRanges ranges(sample, bits);
      uint32_t before = 0;
      std::vector<uint32_t> values;
      for (int i = 0; i < 300; ++i) values.push_back(random() % distinct);
      std::sort(values.begin(), values.end());
      for (const uint32_t value : values) {
        const uint32_t place = ranges.PlaceOf(bytes_of(value));
        ASSERT_EQ(place, SlowPlace(sample, bits, bytes_of(value)));
        ASSERT_GE(place, before);
        ASSERT_LT(place, 1U << bits);
        before = place;
      }
    }
  }
}

TEST(ZOrder, RangesHoldAboutTheSameNumberOfRows) {
  std::mt19937 random(3);
  std::vector<std::string> sample;
  // Skewed: squares.
  for (uint32_t i = 0; i < 4096; ++i) sample.push_back(BytesOf((random() % 4096) * (i % 4096)));
  const ValueRanges ranges(sample, 4);
  std::vector<int> rows(16);
  for (const std::string& value : sample) ++rows[ranges.PlaceOf(value)];
  EXPECT_LT(*std::max_element(rows.begin(), rows.end()), 2 * 4096 / 16);
}

TEST(ZOrder, FewValuesUseTheHighBits) {
  const ValueRanges ranges({"a", "b", "a", "b"}, 16);
  EXPECT_EQ(ranges.PlaceOf("a"), 0U);
  EXPECT_EQ(ranges.PlaceOf("b"), 1U << 15);
  EXPECT_EQ(ranges.PlaceOf("z"), 1U << 15);
}

TEST(ZOrder, WithoutASampleAllRowsAreAtOnePlace) {
  const ValueRanges ranges({}, 16);
  EXPECT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges.PlaceOf("anything"), 0U);
}

TEST(ZOrder, OnlyTheLeadingBytesOfLongValuesCount) {
  const std::string head(kZOrderValueBytesMax, 'x');
  const ValueRanges ranges({head + "a", head + "b", "a"}, 8);
  EXPECT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges.PlaceOf(head + "z"), ranges.PlaceOf(head + "a"));
}

}  // namespace
}  // namespace laguna::delta
