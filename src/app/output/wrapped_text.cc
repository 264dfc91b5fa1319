// SPDX-License-Identifier: Apache-2.0
#include "app/output/wrapped_text.h"

#include <algorithm>

namespace laguna::app {

std::string Wrapped(std::string_view paragraph, size_t indent) {
  std::string wrapped;
  size_t column = indent;
  while (!paragraph.empty()) {
    const size_t end = std::min(paragraph.find(' '), paragraph.size());
    if (column > indent && column + 1 + end > kPageWidth) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += paragraph.substr(0, end);
    column += end;
    paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
  }
  return wrapped;
}

std::string WrappedParagraphs(std::string_view text, size_t indent) {
  std::string wrapped;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) wrapped += std::string(indent, ' ') + Wrapped(text.substr(0, end), indent);
    wrapped += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return wrapped;
}

}  // namespace laguna::app
