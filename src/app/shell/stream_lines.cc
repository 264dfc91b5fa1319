// SPDX-License-Identifier: Apache-2.0
#include "app/shell/stream_lines.h"

#include <fmt/format.h>

#include "base/error.h"

namespace laguna::app {

InputLine StreamLines::Read(const std::string&, const std::string&) {
  InputLine line;
  std::streambuf& buffer = *stream_.rdbuf();
  using Traits = std::streambuf::traits_type;
  for (;;) {
    const Traits::int_type next = buffer.sbumpc();
    if (next == Traits::eof()) {
      line.kind = line.text.empty() ? InputLine::Kind::kEnd : InputLine::Kind::kText;
      return line;
    }
    line.kind = InputLine::Kind::kText;
    if (Traits::to_char_type(next) == '\n') return line;
    line.text += Traits::to_char_type(next);
    if (line.text.size() > kLineBytesMax) {
      throw base::Error(
          base::ErrorKind::kExhausted, "shell.line_too_long",
          fmt::format("A line of the input is longer than {} MiB.", kLineBytesMax >> 20))
          .Hint("Load data from files instead of writing it into statements.");
    }
  }
}

}  // namespace laguna::app
