// SPDX-License-Identifier: Apache-2.0
#include "base/percent_encoding.h"

#include <array>

namespace laguna::base {
namespace {

constexpr bool IsUnreserved(char c) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  bool digit = c >= '0' && c <= '9';
  return letter || digit || c == '-' || c == '.' || c == '_' || c == '~';
}

// Asked for every letter of the paths of very many files.
constexpr auto kUnreserved = [] {
  std::array<bool, 256> unreserved{};
  for (int byte = 0; byte < 256; ++byte) unreserved[byte] = IsUnreserved(static_cast<char>(byte));
  return unreserved;
}();

// -1 for what is no hexadecimal digit.
int ValueOfDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string PercentEncode(std::string_view text, std::string_view kept) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto is_plain = [kept](char c) {
    return kUnreserved[static_cast<unsigned char>(c)] || kept.find(c) != std::string_view::npos;
  };
  std::string encoded;
  encoded.reserve(text.size());
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) continue;
    const auto byte = static_cast<unsigned char>(text[i]);
    encoded.append(text, begin, i - begin);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
    begin = i + 1;
  }
  encoded.append(text, begin);
  return encoded;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    int high = ValueOfDigit(text[i + 1]);
    int low = ValueOfDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

}  // namespace laguna::base
