// SPDX-License-Identifier: Apache-2.0
#include "ingest/line_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace laguna::ingest {
namespace {

std::string Escaped(char byte) {
  return fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
}

// A part of valid text, which may have zero bytes.
void Append(std::string& text, std::string_view valid) {
  for (const char byte : valid) {
    if (byte == '\0') {
      text += Escaped(byte);
    } else {
      text += byte;
    }
  }
}

}  // namespace

std::string EscapedText(std::string_view bytes) {
  std::string text;
  while (const auto invalid = base::FindInvalidUtf8(bytes)) {
    Append(text, bytes.substr(0, *invalid));
    text += Escaped(bytes[*invalid]);
    bytes.remove_prefix(*invalid + 1);
  }
  Append(text, bytes);
  return text;
}

std::string CutText(std::string_view bytes, size_t bytes_max, uint64_t size_bytes) {
  constexpr size_t kCharacterBytesMax = 4;
  const bool cut = size_bytes > bytes_max;
  bytes = bytes.substr(0, bytes_max);
  const auto invalid = base::FindInvalidUtf8(bytes);
  // A character that the cut goes through.
  if (cut && invalid && *invalid + kCharacterBytesMax > bytes.size())
    bytes = bytes.substr(0, *invalid);
  if (!cut) {
    while (bytes.ends_with('\n') || bytes.ends_with('\r')) bytes.remove_suffix(1);
  }
  std::string text = EscapedText(bytes);
  if (cut) text += fmt::format("... ({} bytes)", size_bytes);
  return text;
}

std::string Utf8OfLatin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | (byte >> 6));
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

}  // namespace laguna::ingest
