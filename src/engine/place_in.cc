// SPDX-License-Identifier: Apache-2.0
#include "engine/place_in.h"

#include <algorithm>
#include <utility>

#include "base/text_place.h"

namespace laguna::engine {

base::Place PlaceIn(std::string_view text, std::string file, size_t offset, size_t length,
                    int first_line) {
  offset = std::min(offset, text.size());
  const size_t line_end = std::min(text.find_first_of("\r\n", offset), text.size());
  const std::string_view marked = text.substr(offset, std::min(length, line_end - offset));
  const auto code_points = std::count_if(marked.begin(), marked.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  });
  base::Place place =
      base::PlaceOf(text, offset, std::move(file), std::max(1, static_cast<int>(code_points)));
  place.line += first_line - 1;
  return place;
}

}  // namespace laguna::engine
