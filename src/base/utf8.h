// SPDX-License-Identifier: Apache-2.0
// UTF-8 as Unicode 15 section 3.9 defines it: shortest form, no surrogates, at most U+10FFFF.
// Pure functions; text that is not valid UTF-8 is walked as one code point per stray byte.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace laguna::base {

struct CodePoint {
  char32_t value = 0;
  // Bytes it takes, 1 to 4; 0 at the end of the text.
  size_t bytes = 0;
  // False for a byte that begins no well-formed sequence; then `value` is U+FFFD and `bytes` 1.
  bool valid = true;
};

// The code point that begins at `offset`.
CodePoint DecodeUtf8(std::string_view text, size_t offset);
// The byte offset of the first malformed sequence, nothing when `text` is valid.
std::optional<size_t> FindInvalidUtf8(std::string_view text);
inline bool IsUtf8(std::string_view text) {
  return !FindInvalidUtf8(text);
}
size_t CountCodePoints(std::string_view text);
// The first `count` code points of `text`, never cutting one.
std::string_view TruncateCodePoints(std::string_view text, size_t count);
// At most `bytes_max` bytes of `text`, never cutting a code point.
std::string_view TruncateBytes(std::string_view text, size_t bytes_max);
// Terminal cells the code point takes: 0 for combining marks, 2 for wide East Asian characters and
// emoji, else 1.
int TerminalCells(char32_t code_point);

}  // namespace laguna::base
