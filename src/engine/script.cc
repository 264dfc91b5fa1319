// SPDX-License-Identifier: Apache-2.0
#include "engine/script.h"

#include <algorithm>
#include <utility>

#include "engine/lexer.h"

namespace laguna::engine {
namespace {

int CodePoints(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

ScriptStatement StatementOf(std::string_view text, std::vector<Token> tokens) {
  ScriptStatement statement;
  statement.offset = tokens.front().offset;
  const size_t end = tokens.back().offset + tokens.back().text.size();
  statement.text = text.substr(statement.offset, end - statement.offset);
  statement.tokens = std::move(tokens);
  return statement;
}

bool IsSemicolon(const Token& token) {
  return token.kind == TokenKind::kOperator && token.text == ";";
}

}  // namespace

Script::Script(std::string text, std::string file)
    : text_(std::move(text)), file_(std::move(file)) {
  LexedText lexed = Lex(text_);
  std::vector<Token> pending;
  for (const Token& token : lexed.tokens) {
    if (!IsSemicolon(token)) {
      pending.push_back(token);
    } else if (!pending.empty()) {
      statements_.push_back(StatementOf(text_, std::exchange(pending, {})));
    }
  }
  incomplete_ = lexed.unclosed || !pending.empty();
  if (!pending.empty()) {
    statements_.push_back(StatementOf(text_, std::move(pending)));
  }
}

base::Place Script::PlaceOf(size_t offset, size_t length) const {
  offset = std::min(offset, text_.size());
  const std::string_view text = text_;
  const std::string_view before = text.substr(0, offset);
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const size_t line_end = std::min(text.find_first_of("\r\n", offset), text.size());

  base::Place place;
  place.file = file_;
  place.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  place.column = 1 + CodePoints(before.substr(line_begin));
  const size_t end = std::clamp(offset + length, offset, line_end);
  place.length = std::max(1, CodePoints(text.substr(offset, end - offset)));
  place.excerpt = std::string(text.substr(line_begin, line_end - line_begin));
  return place;
}

}  // namespace laguna::engine
