// SPDX-License-Identifier: Apache-2.0
#include "runner/line_reader.h"

#include <utility>

namespace laguna::test {

LineReader::LineReader(std::string path, std::string_view text) : path_(std::move(path)) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

bool LineReader::AtBlank() const {
  return AtEnd() || Peek().find_first_not_of(" \t") == std::string_view::npos;
}

base::Error LineReader::Wrong(int line, std::string sentence, std::string hint) const {
  base::Place place;
  place.file = path_;
  place.line = line;
  if (line >= 1 && static_cast<size_t>(line) <= lines_.size()) {
    place.column = 1;
    place.excerpt = std::string(lines_[static_cast<size_t>(line) - 1]);
  }
  return base::Error(base::ErrorKind::kInvalidInput, "test.syntax", std::move(sentence))
      .Hint(std::move(hint))
      .At(std::move(place));
}

}  // namespace laguna::test
