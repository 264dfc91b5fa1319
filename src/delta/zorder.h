// SPDX-License-Identifier: Apache-2.0
// Rows in Z-order: a number for each row such that rows with near numbers have near values in
// several columns at once, so that files of rows sorted by it leave gaps for filters on any of
// them.
//
// A column's values are first cut into ranges that hold about the same number of rows each, as a
// sample of them tells; the range's number, spread over all bits there are, stands for the value.
// The bits of all columns then take turns, highest first (Morton order). Values are compared as
// bytes, so a caller turns them into bytes that sort as they do. Pure; thread-safe once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::delta {

// More columns than this cannot share 64 bits in a way that helps any of them.
inline constexpr size_t kZOrderColumnsMax = 16;
// Of a value only so many leading bytes count, so that a sample has bounded memory.
inline constexpr size_t kZOrderValueBytesMax = 64;

// How many bits each of `columns` gets: 12 at most (a range is a quarter of a thousandth of the
// rows then), and all together no more than 64.
[[nodiscard]] int ZOrderBits(size_t columns);

// Ranges that follow one another, by the first value of each but the first one.
class RangeStarts {
 public:
  RangeStarts() = default;
  // Ascending, each once, none longer than kZOrderValueBytesMax.
  explicit RangeStarts(std::vector<std::string> starts);

  // Which range the value lies in, from 0 on. Of longer values only the leading bytes count.
  [[nodiscard]] size_t RangeOf(std::string_view value) const;
  [[nodiscard]] size_t ranges() const { return starts_.size() + 1; }

 private:
  std::vector<std::string> starts_;
  // The first eight bytes of each as a number: nearly every look-up is decided by these alone.
  std::vector<uint64_t> heads_;
};

class ValueRanges {
 public:
  // `sample` in any order, with repetitions; empty: one range. Places have `bits` bits.
  ValueRanges(std::vector<std::string> sample, int bits);

  // 0 up to 2^bits - 1; no smaller for a value that sorts behind.
  [[nodiscard]] uint32_t PlaceOf(std::string_view value) const;
  [[nodiscard]] size_t size() const { return starts_.ranges(); }

 private:
  RangeStarts starts_;
  int bits_;
};

// The places' bits by turns, the highest of the first column first. Each place has `bits` bits, and
// all together no more than 64.
[[nodiscard]] uint64_t Interleave(std::span<const uint32_t> places, int bits);

}  // namespace laguna::delta
