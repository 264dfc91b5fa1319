// SPDX-License-Identifier: Apache-2.0
#include "io/file_info.h"

#include <array>
#include <charconv>
#include <utility>

namespace laguna::io {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Made for every file of a listing, so the digits are put by hand.
class EtagText {
 public:
  template <class Number>
  void PutHex(Number number) {
    end_ = std::to_chars(end_, text_.data() + text_.size(), number, 16).ptr;
  }
  void Put(char letter) { *end_++ = letter; }
  // Nine digits.
  void PutNanoseconds(int64_t nanoseconds) {
    std::to_chars(end_, text_.data() + text_.size(), kNanosecondsPerSecond + nanoseconds);
    // In place of the leading one.
    *end_ = '.';
    end_ += 10;
  }
  [[nodiscard]] std::string text() const { return std::string(text_.data(), size()); }

 private:
  [[nodiscard]] size_t size() const { return static_cast<size_t>(end_ - text_.data()); }

  // Three numbers of 64 bits with a sign, and ten digits.
  std::array<char, 80> text_;
  char* end_ = text_.data();
};

std::string EtagOf(const struct stat& status) {
  EtagText etag;
  etag.PutHex(status.st_ino);
  etag.Put('-');
  etag.PutHex(status.st_size);
  etag.Put('-');
  etag.PutHex(status.st_mtim.tv_sec);
  etag.PutNanoseconds(status.st_mtim.tv_nsec);
  return etag.text();
}

}  // namespace

ObjectInfo InfoOfFile(std::string key, const struct stat& status) {
  const timespec& modified = status.st_mtim;
  return {.key = std::move(key),
          .size_bytes = static_cast<uint64_t>(status.st_size),
          .modified_ms = int64_t{modified.tv_sec} * 1000 + modified.tv_nsec / 1'000'000,
          .etag = EtagOf(status)};
}

}  // namespace laguna::io
