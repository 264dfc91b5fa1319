// SPDX-License-Identifier: Apache-2.0
// Rows parted into tiles, one for each file that they will fill, such that a filter on any of
// several columns meets few of them.
//
// Files cut from a Z-order curve at equal distances rarely end where one of its squares ends, so
// most of them reach into two or three squares. Tiles are cut the other way about, as a sample of
// the rows tells (the sort-tile-recursive packing of R-trees: Leutenegger, Lopez, Edgington, 1997):
// all rows into slabs along the first column, each slab into slabs along the second, and so on, all
// with about the same number of rows for each file. With two columns and n files a narrow range of
// either meets about sqrt(n) of them. Rows with the same value stay together, so a column with few
// values gets few slabs, and the others more. Values are compared as bytes (delta/zorder.h). Pure;
// thread-safe once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delta/zorder.h"

namespace laguna::delta {

// A tile has so many rows of the sample at least, so that tiles do not differ much in their rows.
// Where files are more than that allows, a tile has several.
inline constexpr size_t kTileSampleRowsMin = 64;

class Tiling {
 public:
  // `sample`: for each column the values of the same rows. `files`: how many all rows shall fill,
  // at least one.
  Tiling(const std::vector<std::vector<std::string>>& sample, size_t files);

  // The first so many columns tell the tile.
  [[nodiscard]] size_t columns() const { return levels_.size(); }
  // Begin with slab 0 and descend by each of these columns in turn: the last slab is the tile.
  [[nodiscard]] uint32_t SlabBelow(size_t column, uint32_t slab, std::string_view value) const;

  struct Tile {
    // Of all rows, as far as the sample tells.
    double share = 1;
    size_t files = 1;
  };
  // In the order of their numbers; never empty.
  [[nodiscard]] const std::vector<Tile>& tiles() const { return tiles_; }

 private:
  // What becomes of a slab along the next column.
  struct Cut {
    RangeStarts starts;
    // The first of its slabs there.
    uint32_t first = 0;
  };

  // By column, then by slab.
  std::vector<std::vector<Cut>> levels_;
  std::vector<Tile> tiles_;
};

}  // namespace laguna::delta
