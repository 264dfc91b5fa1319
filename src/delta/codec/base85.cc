// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/base85.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>

#include "base/assert.h"
#include "base/error.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
static_assert(kAlphabet.size() == 85);

constexpr size_t kGroupBytes = 4;
constexpr size_t kGroupCharacters = 5;
constexpr uint8_t kNoDigit = 255;

constexpr std::array<uint8_t, 256> kDigits = [] {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return digits;
}();

[[noreturn]] void Malformed(const std::string& what) {
  throw base::Error(base::ErrorKind::kCorrupt, "delta.base85",
                    fmt::format("The text is not Base85 (Z85): {}.", what));
}

void EncodeGroup(uint32_t value, std::string& out) {
  std::array<char, kGroupCharacters> group;
  for (size_t i = group.size(); i > 0; --i) {
    group[i - 1] = kAlphabet[value % 85];
    value /= 85;
  }
  out.append(group.data(), group.size());
}

uint32_t DecodeGroup(std::string_view text, size_t begin) {
  uint64_t value = 0;
  for (size_t i = begin; i < begin + kGroupCharacters; ++i) {
    const auto character = static_cast<unsigned char>(text[i]);
    const uint8_t digit = kDigits[character];
    if (digit == kNoDigit) {
      Malformed(fmt::format("the byte 0x{:02X} at {} is none of its characters", character, i));
    }
    value = value * 85 + digit;
  }
  if (value > std::numeric_limits<uint32_t>::max()) {
    Malformed(fmt::format("the five characters at {} are more than four bytes", begin));
  }
  return static_cast<uint32_t>(value);
}

uint8_t HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  LAGUNA_ASSERT(c >= 'A' && c <= 'F');
  return static_cast<uint8_t>(c - 'A' + 10);
}

}  // namespace

std::string EncodeBase85(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + kGroupBytes - 1) / kGroupBytes * kGroupCharacters);
  for (size_t begin = 0; begin < bytes.size(); begin += kGroupBytes) {
    uint32_t value = 0;
    for (size_t i = begin; i < begin + kGroupBytes; ++i) {
      value = value << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    EncodeGroup(value, text);
  }
  return text;
}

std::string DecodeBase85(std::string_view text) {
  if (text.size() % kGroupCharacters != 0) {
    Malformed(fmt::format("its {} characters are no multiple of five", text.size()));
  }
  std::string bytes;
  bytes.reserve(text.size() / kGroupCharacters * kGroupBytes);
  for (size_t begin = 0; begin < text.size(); begin += kGroupCharacters) {
    const uint32_t value = DecodeGroup(text, begin);
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  }
  return bytes;
}

std::string EncodeUuid(std::string_view uuid) {
  LAGUNA_ASSERT(uuid.size() == 36);
  std::string bytes;
  for (size_t i = 0; i < uuid.size(); i += 2) {
    if (uuid[i] == '-') ++i;
    LAGUNA_ASSERT(i + 1 < uuid.size());
    bytes.push_back(static_cast<char>(HexDigit(uuid[i]) << 4 | HexDigit(uuid[i + 1])));
  }
  LAGUNA_ASSERT(bytes.size() == 16);
  return EncodeBase85(bytes);
}

std::string DecodeUuid(std::string_view text) {
  if (text.size() != kBase85UuidLength) {
    Malformed(fmt::format("a UUID has {} characters, found {}", kBase85UuidLength, text.size()));
  }
  const std::string bytes = DecodeBase85(text);
  std::string uuid;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid.push_back('-');
    fmt::format_to(std::back_inserter(uuid), "{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return uuid;
}

}  // namespace laguna::delta
