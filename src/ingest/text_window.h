// SPDX-License-Identifier: Apache-2.0
// A piece of a long text that moves over it from its beginning to its end: what is at hand grows at
// its end and is dropped from its front. Knows where in the text it is. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace laguna::ingest {

class TextWindow {
 public:
  // Fills some of the front of what it is given; 0 at the text's end.
  using Pull = std::function<size_t(std::span<char>)>;

  // `offset`: where in the text `pull` begins.
  explicit TextWindow(Pull pull, uint64_t offset = 0) : pull_(std::move(pull)), offset_(offset) {}

  // What is at hand; valid until the next Grow.
  [[nodiscard]] std::string_view text() const { return std::string_view(buffer_).substr(front_); }
  // More at the end; false at the text's end.
  bool Grow();
  // Whether there are `count` bytes at hand, or can be.
  bool Has(size_t count);
  void Drop(size_t bytes);

  // Of the front: its place, and its line, counted from 1 where the window began.
  [[nodiscard]] uint64_t offset() const { return offset_; }
  [[nodiscard]] int64_t line() const { return line_; }

 private:
  Pull pull_;
  std::string buffer_;
  size_t front_ = 0;
  uint64_t offset_ = 0;
  int64_t line_ = 1;
  bool ended_ = false;
};

}  // namespace laguna::ingest
