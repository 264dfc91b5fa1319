// SPDX-License-Identifier: Apache-2.0
#include "ingest/text_window.h"

#include <algorithm>

#include "base/assert.h"

namespace laguna::ingest {

bool TextWindow::Grow() {
  constexpr size_t kPieceBytes = size_t{256} << 10;
  if (ended_) return false;
  if (front_ > buffer_.size() / 2) {
    buffer_.erase(0, front_);
    front_ = 0;
  }
  const size_t had = buffer_.size();
  buffer_.resize(had + kPieceBytes);
  const size_t read = pull_(std::span(buffer_).subspan(had));
  LAGUNA_ASSERT(read <= kPieceBytes);
  buffer_.resize(had + read);
  ended_ = read == 0;
  return !ended_;
}

bool TextWindow::Has(size_t count) {
  while (text().size() < count) {
    if (!Grow()) return false;
  }
  return true;
}

void TextWindow::Drop(size_t bytes) {
  LAGUNA_ASSERT(bytes <= text().size());
  line_ += std::ranges::count(text().substr(0, bytes), '\n');
  front_ += bytes;
  offset_ += bytes;
}

}  // namespace laguna::ingest
