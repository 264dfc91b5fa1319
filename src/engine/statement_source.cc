// SPDX-License-Identifier: Apache-2.0
#include "engine/statement_source.h"

#include <algorithm>
#include <utility>

#include "engine/lexer.h"
#include "engine/place_in.h"

namespace laguna::engine {
namespace {

// How much of the token at the front of `text` the caret underlines.
size_t TokenLength(std::string_view text) {
  constexpr size_t kTokenMax = 256;
  const LexedText lexed = Lex(text.substr(0, kTokenMax));
  const bool at_front = !lexed.tokens.empty() && lexed.tokens.front().offset == 0;
  return at_front ? lexed.tokens.front().text.size() : 1;
}

}  // namespace

StatementSource::StatementSource(const Script& script, const ScriptStatement& statement)
    : file_(script.file()), length_(statement.text.size()) {
  const std::string& text = script.text();
  const size_t begin = statement.offset == 0 ? 0 : text.rfind('\n', statement.offset - 1) + 1;
  const size_t end = std::min(text.find('\n', statement.offset + length_), text.size());
  lines_ = text.substr(begin, end - begin);
  first_line_ =
      1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(begin), '\n'));
  offset_ = statement.offset - begin;
}

std::string_view StatementSource::text() const {
  return std::string_view(lines_).substr(offset_, length_);
}

base::Error StatementSource::Placed(base::Error error, std::optional<size_t> position) const {
  if (error.place()) {
    return error;
  }
  // A position past the end belongs to another text (a view, a macro).
  const size_t at = position && *position <= length_ ? *position : 0;
  const size_t token = at < length_ ? TokenLength(text().substr(at)) : 1;
  return std::move(error).At(PlaceIn(lines_, file_, offset_ + at, token, first_line_));
}

}  // namespace laguna::engine
