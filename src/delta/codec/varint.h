// SPDX-License-Identifier: Apache-2.0
// Numbers and texts one after another in few bytes: seven bits of a number a byte, texts with their
// length before them. For memory of our own: the reader trusts that what it reads was written here
// and checks nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace laguna::delta {

inline constexpr size_t kVarintBytesMax = 10;

// Writes `value` at `to`, which has room for kVarintBytesMax; gives the end.
inline char* PutVarint(char* to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}

inline void AppendVarint(std::string& out, uint64_t value) {
  char bytes[kVarintBytesMax];
  out.append(bytes, static_cast<size_t>(PutVarint(bytes, value) - bytes));
}

// Small magnitudes are short, whatever their sign.
inline void AppendSigned(std::string& out, int64_t value) {
  AppendVarint(out, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

inline void AppendText(std::string& out, std::string_view text) {
  AppendVarint(out, text.size());
  out.append(text);
}

// One number says both whether there is a text and how long it is.
inline void AppendOptionalText(std::string& out, const std::optional<std::string_view>& text) {
  AppendVarint(out, text ? text->size() + 1 : 0);
  if (text) out.append(*text);
}

class VarintReader {
 public:
  explicit VarintReader(std::string_view bytes)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool done() const { return next_ == end_; }
  uint64_t Number() {
    auto byte = static_cast<unsigned char>(*next_++);
    uint64_t value = byte & 0x7F;
    for (int shift = 7; byte >= 0x80; shift += 7) {
      byte = static_cast<unsigned char>(*next_++);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    }
    return value;
  }
  int64_t Signed() {
    const uint64_t value = Number();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  char Byte() { return *next_++; }
  std::string_view Text() { return Take(static_cast<size_t>(Number())); }
  std::optional<std::string_view> OptionalText() {
    const auto size = static_cast<size_t>(Number());
    if (size == 0) return std::nullopt;
    return Take(size - 1);
  }

 private:
  std::string_view Take(size_t size) {
    const std::string_view text(next_, size);
    next_ += size;
    return text;
  }

  const char* next_;
  const char* end_;
};

}  // namespace laguna::delta
