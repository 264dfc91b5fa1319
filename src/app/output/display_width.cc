// SPDX-License-Identifier: Apache-2.0
#include "app/output/display_width.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace laguna::app {
namespace {

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiSelector = 0xFE0F;
constexpr std::string_view kCut = "…";

bool IsRegionalIndicator(char32_t value) {
  return value >= 0x1F1E6 && value <= 0x1F1FF;
}
bool IsSkinTone(char32_t value) {
  return value >= 0x1F3FB && value <= 0x1F3FF;
}

size_t WidthOf(char32_t value) {
  return IsRegionalIndicator(value) ? 2 : static_cast<size_t>(base::TerminalCells(value));
}

struct Sign {
  size_t bytes = 0;
  size_t width = 0;
};

// The sign that begins at `offset`: its first code point and all that attaches to it.
Sign SignAt(std::string_view text, size_t offset) {
  const base::CodePoint first = base::DecodeUtf8(text, offset);
  Sign sign{first.bytes, WidthOf(first.value)};
  bool flag_open = IsRegionalIndicator(first.value);
  while (offset + sign.bytes < text.size()) {
    const base::CodePoint next = base::DecodeUtf8(text, offset + sign.bytes);
    const bool closes_flag = flag_open && IsRegionalIndicator(next.value);
    const bool attaches = closes_flag || (sign.width == 2 && IsSkinTone(next.value)) ||
                          (next.value >= 0x300 && WidthOf(next.value) == 0);
    if (!attaches) break;
    sign.bytes += next.bytes;
    if (closes_flag) flag_open = false;
    if (next.value == kEmojiSelector && sign.width == 1) sign.width = 2;
    if (next.value == kJoiner && sign.width == 2 && offset + sign.bytes < text.size()) {
      sign.bytes += base::DecodeUtf8(text, offset + sign.bytes).bytes;
    }
  }
  return sign;
}

bool Steers(const base::CodePoint& point) {
  const char32_t value = point.value;
  return !point.valid || value < 0x20 || (value >= 0x7F && value < 0xA0) ||
         (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069) ||
         value == 0x2028 || value == 0x2029;
}

void AppendEscape(std::string& into, const base::CodePoint& point, unsigned char byte) {
  switch (point.value) {
    case '\n':
      into += "\\n";
      return;
    case '\r':
      into += "\\r";
      return;
    case '\t':
      into += "\\t";
      return;
    default:
      break;
  }
  if (point.valid && point.value > 0xFF) {
    into += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
  } else {
    into += fmt::format("\\x{:02x}", point.valid ? static_cast<unsigned>(point.value) : byte);
  }
}

// Most text: one column a byte, nothing to escape.
bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  if (IsPlain(text)) return text.size();
  size_t width = 0;
  for (size_t offset = 0; offset < text.size();) {
    const Sign sign = SignAt(text, offset);
    offset += sign.bytes;
    width += sign.width;
  }
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  size_t fits_bytes = 0;  // of the longest beginning that leaves room for the cut sign
  size_t used = 0;
  for (size_t offset = 0; offset < text.size();) {
    const Sign sign = SignAt(text, offset);
    offset += sign.bytes;
    used += sign.width;
    if (used > width) return std::string(text.substr(0, fits_bytes)) + std::string(kCut);
    if (used + 1 <= width) fits_bytes = offset;
  }
  return std::string(text);
}

std::string Printable(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string printable;
  printable.reserve(text.size());
  for (size_t offset = 0; offset < text.size();) {
    const base::CodePoint point = base::DecodeUtf8(text, offset);
    if (Steers(point)) {
      AppendEscape(printable, point, static_cast<unsigned char>(text[offset]));
    } else {
      printable.append(text.substr(offset, point.bytes));
    }
    offset += point.bytes;
  }
  return printable;
}

}  // namespace laguna::app
