// SPDX-License-Identifier: Apache-2.0
#include "engine/script.h"

#include <utility>

#include "base/utf8.h"
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
    statements_.push_back(StatementOf(text_, std::move(pending)));
  } else if (lexed.unclosed) {
    ScriptStatement& rest = statements_.emplace_back();
    rest.text = std::string_view(text_).substr(*lexed.unclosed);
    rest.offset = *lexed.unclosed;
  }
  if (lexed.unclosed) {
    statements_.back().unclosed = lexed.unclosed;
  }
}

void Script::CheckText(const ScriptStatement& statement) const {
  if (const auto invalid = base::FindInvalidUtf8(statement.text)) {
    throw base::Error(base::ErrorKind::kInvalidInput, "sql.encoding",
                      "The statement is not UTF-8 from here on.")
        .Hint("Save the file, or set the terminal, as UTF-8.")
        .At(PlaceOf(statement.offset + *invalid));
  }
  if (!statement.unclosed) {
    return;
  }
  const bool comment = text_.compare(*statement.unclosed, 2, "/*") == 0;
  throw base::Error(base::ErrorKind::kInvalidInput, "sql.syntax",
                    comment ? "The comment that begins here is never closed."
                            : "The quote that begins here is never closed.")
      .At(PlaceOf(*statement.unclosed, comment ? 2 : 1));
}

base::Place Script::PlaceOf(size_t offset, size_t length) const {
  return PlaceIn(text_, file_, offset, length);
}

}  // namespace laguna::engine
