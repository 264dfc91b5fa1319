// SPDX-License-Identifier: Apache-2.0
#include "delta/tiling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/assert.h"

namespace laguna::delta {
namespace {

// Rows of the sample, and how many tiles they shall become.
struct Slab {
  std::vector<size_t> rows;
  size_t tiles = 1;
};

// Along how many columns to cut: with fewer than two slabs each the last ones would get all.
size_t ColumnsToCut(size_t columns, size_t tiles) {
  return std::min<size_t>(columns, std::bit_width(tiles) - 1);
}

size_t SlabCount(size_t tiles, size_t columns_left) {
  const double root = std::pow(static_cast<double>(tiles), 1.0 / static_cast<double>(columns_left));
  return std::clamp<size_t>(static_cast<size_t>(std::lround(root)), 1, tiles);
}

size_t Share(size_t of, size_t part, size_t whole) {
  return (of * part + whole / 2) / whole;
}

// Where `rows`, sorted by `values`, are cut into `count` slabs or, for rows with the same value,
// into fewer.
std::vector<size_t> CutsOf(const Slab& slab, const std::vector<std::string>& values, size_t count) {
  const std::vector<size_t>& rows = slab.rows;
  const auto value_of = [&](size_t row) -> const std::string& { return values[row]; };
  std::vector<size_t> cuts;
  for (size_t i = 1; i < count; ++i) {
    const size_t aimed = rows.size() * (i * slab.tiles / count) / slab.tiles;
    const std::string& value = values[rows[aimed]];
    const auto first = std::ranges::lower_bound(rows, value, {}, value_of);
    const auto last = std::ranges::upper_bound(rows, value, {}, value_of);
    const auto begin = static_cast<size_t>(first - rows.begin());
    const auto end = static_cast<size_t>(last - rows.begin());
    const size_t cut = aimed - begin <= end - aimed ? begin : end;
    const bool is_new = cut > (cuts.empty() ? 0 : cuts.back()) && cut < rows.size();
    if (is_new) cuts.push_back(cut);
  }
  return cuts;
}

// Sorts the slab's rows, and adds the slabs they become to `below`; gives their starts.
RangeStarts CutSlab(Slab slab, const std::vector<std::string>& values, size_t count,
                    std::vector<Slab>& below) {
  std::ranges::sort(slab.rows, {}, [&](size_t row) -> const std::string& { return values[row]; });
  const std::vector<size_t> cuts = CutsOf(slab, values, count);
  std::vector<std::string> starts;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t begin = i == 0 ? 0 : cuts[i - 1];
    const size_t end = i == cuts.size() ? slab.rows.size() : cuts[i];
    if (i > 0) starts.push_back(values[slab.rows[begin]]);
    const size_t tiles = Share(slab.tiles, end - begin, slab.rows.size());
    below.push_back({{slab.rows.begin() + static_cast<ptrdiff_t>(begin),
                      slab.rows.begin() + static_cast<ptrdiff_t>(end)},
                     std::max<size_t>(tiles, 1)});
  }
  return RangeStarts(std::move(starts));
}

}  // namespace

Tiling::Tiling(const std::vector<std::vector<std::string>>& sample, size_t files) {
  LAGUNA_ASSERT(!sample.empty() && files > 0);
  const size_t rows = sample[0].size();
  std::vector<Slab> slabs(1);
  slabs[0].rows.resize(rows);
  std::iota(slabs[0].rows.begin(), slabs[0].rows.end(), size_t{0});
  slabs[0].tiles = std::clamp<size_t>(rows / kTileSampleRowsMin, 1, files);
  const size_t columns = ColumnsToCut(sample.size(), slabs[0].tiles);
  for (size_t column = 0; column < columns; ++column) {
    std::vector<Slab> below;
    std::vector<Cut>& cuts = levels_.emplace_back();
    for (Slab& slab : slabs) {
      const auto first = static_cast<uint32_t>(below.size());
      const size_t count = SlabCount(slab.tiles, columns - column);
      cuts.push_back({CutSlab(std::move(slab), sample[column], count, below), first});
    }
    slabs = std::move(below);
  }
  for (const Slab& slab : slabs) {
    if (rows == 0) {
      tiles_.push_back({1, files});
      continue;
    }
    const double share = static_cast<double>(slab.rows.size()) / static_cast<double>(rows);
    tiles_.push_back({share, std::max<size_t>(Share(files, slab.rows.size(), rows), 1)});
  }
}

uint32_t Tiling::SlabBelow(size_t column, uint32_t slab, std::string_view value) const {
  const Cut& cut = levels_[column][slab];
  return cut.first + static_cast<uint32_t>(cut.starts.RangeOf(value));
}

}  // namespace laguna::delta
