// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace laguna::base {
namespace {

constexpr CodePoint kStrayByte{U'\uFFFD', 1, false};

// What the first byte says: how many bytes follow, the bits it carries, and the smallest value that
// needs so many bytes.
struct Lead {
  size_t following;
  char32_t bits;
  char32_t least;
};

std::optional<Lead> ReadLead(unsigned char byte) {
  if ((byte & 0xE0) == 0xC0) return Lead{1, static_cast<char32_t>(byte & 0x1F), 0x80};
  if ((byte & 0xF0) == 0xE0) return Lead{2, static_cast<char32_t>(byte & 0x0F), 0x800};
  if ((byte & 0xF8) == 0xF0) return Lead{3, static_cast<char32_t>(byte & 0x07), 0x10000};
  return std::nullopt;
}

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kCombining{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x0900, 0x0902}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},
    Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
    Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};

constexpr std::array kWide{
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
    Range{0x20000, 0x3FFFD}};

template <size_t N>
bool Contains(const std::array<Range, N>& ranges, char32_t value) {
  auto after = std::upper_bound(ranges.begin(), ranges.end(), value,
                                [](char32_t wanted, const Range& r) { return wanted < r.first; });
  return after != ranges.begin() && value <= std::prev(after)->last;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, size_t offset) {
  if (offset >= text.size()) return {};
  auto first = static_cast<unsigned char>(text[offset]);
  if (first < 0x80) return {first, 1, true};
  std::optional<Lead> lead = ReadLead(first);
  if (!lead || text.size() - offset <= lead->following) return kStrayByte;
  char32_t value = lead->bits;
  for (size_t i = 1; i <= lead->following; ++i) {
    auto byte = static_cast<unsigned char>(text[offset + i]);
    if ((byte & 0xC0) != 0x80) return kStrayByte;
    value = (value << 6) | (byte & 0x3F);
  }
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead->least || value > 0x10FFFF || surrogate) return kStrayByte;
  return {value, lead->following + 1, true};
}

std::optional<size_t> FindInvalidUtf8(std::string_view text) {
  for (size_t offset = 0; offset < text.size();) {
    CodePoint point = DecodeUtf8(text, offset);
    if (!point.valid) return offset;
    offset += point.bytes;
  }
  return std::nullopt;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t offset = 0; offset < text.size(); ++count) offset += DecodeUtf8(text, offset).bytes;
  return count;
}

std::string_view TruncateCodePoints(std::string_view text, size_t count) {
  size_t offset = 0;
  for (; offset < text.size() && count > 0; --count) offset += DecodeUtf8(text, offset).bytes;
  return text.substr(0, offset);
}

std::string_view TruncateBytes(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  // A code point has at most three bytes after its first.
  size_t start = bytes_max;
  for (int back = 0; back < 3 && start > 0; ++back) {
    if ((static_cast<unsigned char>(text[start]) & 0xC0) != 0x80) break;
    --start;
  }
  size_t end = start;
  while (end < bytes_max) {
    size_t next = end + DecodeUtf8(text, end).bytes;
    if (next > bytes_max) break;
    end = next;
  }
  return text.substr(0, end);
}

int TerminalCells(char32_t code_point) {
  if (Contains(kCombining, code_point)) return 0;
  return Contains(kWide, code_point) ? 2 : 1;
}

}  // namespace laguna::base
