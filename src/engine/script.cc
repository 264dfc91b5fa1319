// SPDX-License-Identifier: Apache-2.0
#include "engine/script.h"

#include <utility>

#include "engine/lexer.h"
#include "engine/place_in.h"

namespace laguna::engine {
namespace {

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
    ScriptStatement last = StatementOf(text_, std::move(pending));
    // An unclosed comment is no token, but it must reach the parser: it may have swallowed a WHERE.
    if (lexed.unclosed) last.text = std::string_view(text_).substr(last.offset);
    statements_.push_back(std::move(last));
  }
}

base::Place Script::PlaceOf(size_t offset, size_t length) const {
  return PlaceIn(text_, file_, offset, length);
}

}  // namespace laguna::engine
