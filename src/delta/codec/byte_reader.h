// SPDX-License-Identifier: Apache-2.0
// Reads numbers and blocks out of bytes that may be damaged: every step is checked against what is
// left, so nothing is read that is not there. A cursor for one thread; the bytes are not owned.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace laguna::delta {

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] size_t offset() const { return offset_; }
  [[nodiscard]] size_t remaining() const { return bytes_.size() - offset_; }

  // The next `size` bytes; `what` names them in the error.
  std::string_view Take(size_t size, std::string_view what) {
    if (size > remaining()) FailShort(size, what);
    offset_ += size;
    return bytes_.substr(offset_ - size, size);
  }
  template <std::unsigned_integral T>
  T Little(std::string_view what) {
    return DecodeLittle<T>(Take(sizeof(T), what));
  }
  template <std::unsigned_integral T>
  T Big(std::string_view what) {
    return DecodeBig<T>(Take(sizeof(T), what));
  }

  // Corrupt ("delta.deletion_vector"): what was expected at byte `at`, and what stands there.
  [[noreturn]] static void Fail(size_t at, const std::string& expected, const std::string& found);

  // `bytes` holds at least the bytes of a T.
  template <std::unsigned_integral T>
  static T DecodeLittle(std::string_view bytes) {
    T value = 0;
    for (size_t i = sizeof(T); i > 0; --i) value = static_cast<T>(value << 8 | Byte(bytes[i - 1]));
    return value;
  }
  template <std::unsigned_integral T>
  static T DecodeBig(std::string_view bytes) {
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | Byte(bytes[i]));
    return value;
  }

 private:
  static unsigned char Byte(char c) { return static_cast<unsigned char>(c); }
  [[noreturn]] void FailShort(size_t size, std::string_view what) const;

  std::string_view bytes_;
  size_t offset_ = 0;
};

}  // namespace laguna::delta
