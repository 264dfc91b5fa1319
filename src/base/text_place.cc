// SPDX-License-Identifier: Apache-2.0
#include "base/text_place.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace laguna::base {

Place PlaceOf(std::string_view text, size_t offset, std::string file, int length) {
  offset = std::min(offset, text.size());
  std::string_view before = text.substr(0, offset);
  size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  size_t line_end = std::min(text.find('\n', line_start), text.size());
  if (line_end > line_start && text[line_end - 1] == '\r') --line_end;
  Place place;
  place.file = std::move(file);
  place.line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  place.column = static_cast<int>(CountCodePoints(before.substr(line_start))) + 1;
  place.length = length;
  place.excerpt = text.substr(line_start, line_end - line_start);
  return place;
}

}  // namespace laguna::base
