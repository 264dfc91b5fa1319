// SPDX-License-Identifier: Apache-2.0
#include "delta/tiling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace laguna::delta {
namespace {

// A number as bytes that sort as it does.
std::string BytesOf(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
  return bytes;
}

using Row = std::vector<uint32_t>;

std::vector<std::vector<std::string>> ColumnsOf(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> columns(rows[0].size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) columns[i].push_back(BytesOf(row[i]));
  }
  return columns;
}

uint32_t TileOf(const Tiling& tiling, const Row& row) {
  uint32_t slab = 0;
  for (size_t i = 0; i < tiling.columns(); ++i) slab = tiling.SlabBelow(i, slab, BytesOf(row[i]));
  return slab;
}

std::vector<Row> RandomRows(size_t rows, const std::vector<uint32_t>& distinct, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Row> made(rows);
  for (Row& row : made) {
    for (const uint32_t values : distinct) row.push_back(random() % values);
  }
  return made;
}

struct Bounds {
  uint32_t low = UINT32_MAX;
  uint32_t high = 0;
  size_t rows = 0;
};

// The bounds of one column in each tile.
std::vector<Bounds> BoundsOf(const Tiling& tiling, const std::vector<Row>& rows, size_t column) {
  std::vector<Bounds> bounds(tiling.tiles().size());
  for (const Row& row : rows) {
    Bounds& tile = bounds.at(TileOf(tiling, row));
    tile.low = std::min(tile.low, row[column]);
    tile.high = std::max(tile.high, row[column]);
    ++tile.rows;
  }
  return bounds;
}

// How many tiles a range of a hundredth of the values meets, on the average.
double TilesMet(const std::vector<Bounds>& bounds, uint32_t values) {
  size_t met = 0;
  for (uint32_t begin = 0; begin < values; begin += values / 100) {
    met += static_cast<size_t>(std::ranges::count_if(bounds, [&](const Bounds& tile) {
      return tile.low < begin + values / 100 && tile.high >= begin;
    }));
  }
  return static_cast<double>(met) / 100;
}

TEST(Tiling, ARangeOfEitherColumnMeetsAboutTheRootOfTheFiles) {
  const uint32_t values = 100'000;
  const auto sample = RandomRows(20'000, {values, values}, 1);
  const auto rows = RandomRows(50'000, {values, values}, 2);
  for (const size_t files : {4U, 5U, 11U, 16U, 21U, 32U, 50U, 100U}) {
    const Tiling tiling(ColumnsOf(sample), files);
    EXPECT_EQ(tiling.tiles().size(), files);
    const double root = std::sqrt(static_cast<double>(files));
    for (const size_t column : {0U, 1U}) {
      EXPECT_LT(TilesMet(BoundsOf(tiling, rows, column), values), 1.25 * root)
          << files << " files, column " << column;
    }
  }
}

TEST(Tiling, TilesHoldAboutTheSameNumberOfRows) {
  // Skewed, and the second column follows from the first.
  auto sample = RandomRows(20'000, {1000}, 3);
  for (Row& row : sample) {
    row[0] *= row[0];
    row.push_back(row[0] / 7);
  }
  for (const size_t files : {7U, 21U, 60U}) {
    const Tiling tiling(ColumnsOf(sample), files);
    ASSERT_EQ(tiling.tiles().size(), files);
    for (const Bounds& tile : BoundsOf(tiling, sample, 0)) {
      EXPECT_NEAR(static_cast<double>(tile.rows), 20'000.0 / static_cast<double>(files),
                  0.2 * 20'000.0 / static_cast<double>(files));
    }
  }
}

TEST(Tiling, SharesAreThoseOfTheSample) {
  const auto sample = RandomRows(5'000, {3, 1000, 50}, 4);
  const Tiling tiling(ColumnsOf(sample), 12);
  const auto bounds = BoundsOf(tiling, sample, 0);
  for (size_t i = 0; i < bounds.size(); ++i) {
    EXPECT_DOUBLE_EQ(tiling.tiles()[i].share, static_cast<double>(bounds[i].rows) / 5'000);
  }
}

TEST(Tiling, RowsWithTheSameValueStayTogetherAndOtherColumnsGetMore) {
  const auto sample = RandomRows(10'000, {2, 100'000}, 5);
  const Tiling tiling(ColumnsOf(sample), 16);
  EXPECT_EQ(tiling.tiles().size(), 16U);
  for (const Bounds& tile : BoundsOf(tiling, sample, 0)) EXPECT_EQ(tile.low, tile.high);
}

TEST(Tiling, OneValueIsOneTileOfAllFiles) {
  const auto sample = RandomRows(10'000, {1, 1}, 6);
  const Tiling tiling(ColumnsOf(sample), 9);
  ASSERT_EQ(tiling.tiles().size(), 1U);
  EXPECT_EQ(tiling.tiles()[0].files, 9U);
}

TEST(Tiling, MoreFilesThanTheSampleCanTellShareTiles) {
  const auto sample = RandomRows(10 * kTileSampleRowsMin, {1000, 1000}, 7);
  const Tiling tiling(ColumnsOf(sample), 100);
  EXPECT_LE(tiling.tiles().size(), 12U);
  size_t files = 0;
  for (const Tiling::Tile& tile : tiling.tiles()) files += tile.files;
  EXPECT_NEAR(static_cast<double>(files), 100, 6);
}

TEST(Tiling, WithoutASampleAllRowsAreOneTile) {
  const Tiling tiling({{}, {}}, 5);
  EXPECT_EQ(tiling.columns(), 0U);
  ASSERT_EQ(tiling.tiles().size(), 1U);
  EXPECT_EQ(tiling.tiles()[0].files, 5U);
}

TEST(Tiling, ManyColumnsAreCutFromTheFirstOn) {
  const auto sample = RandomRows(10'000, std::vector<uint32_t>(16, 1000), 8);
  const Tiling tiling(ColumnsOf(sample), 16);
  EXPECT_EQ(tiling.columns(), 4U);
  for (const size_t column : {0U, 3U}) {
    EXPECT_LT(TilesMet(BoundsOf(tiling, sample, column), 1000), 8.5);
  }
}

}  // namespace
}  // namespace laguna::delta
