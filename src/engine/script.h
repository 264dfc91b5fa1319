// SPDX-License-Identifier: Apache-2.0
// SQL text cut into statements, with true positions.
//
// DuckDB's lexer finds the semicolons, so comments, quotes and dollar quotes are safe. Nothing is
// parsed yet: a broken statement fails when it is its turn. Immutable; statements view into the
// script's text.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/token.h"

namespace laguna::engine {

struct ScriptStatement {
  // Without the semicolon and without surrounding blanks and comments.
  std::string_view text;
  // Byte offset of `text` in the script.
  size_t offset = 0;
  std::vector<Token> tokens;
  // Byte offset in the script of a quote or comment that is never closed; such a statement must not
  // run, for nobody knows what the rest would have said.
  std::optional<size_t> unclosed = std::nullopt;
};

class Script {
 public:
  // `file` is the name errors show ("pipelines/silver/sales.sql", "<command line>").
  Script(std::string text, std::string file);
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  // Empty statements are left out.
  [[nodiscard]] const std::vector<ScriptStatement>& statements() const { return statements_; }
  // True when the text ends inside a quote, a comment or a statement without its semicolon: the
  // shell reads on.
  [[nodiscard]] bool incomplete() const { return incomplete_; }
  // Throws InvalidInput "sql.syntax" at a quote or comment that is never closed, "sql.encoding" at
  // bytes that are no UTF-8.
  void CheckText(const ScriptStatement& statement) const;
  // Line and column of a byte offset, with the line's text for the caret.
  [[nodiscard]] base::Place PlaceOf(size_t offset, size_t length = 1) const;

 private:
  std::string text_;
  std::string file_;
  std::vector<ScriptStatement> statements_;
  bool incomplete_ = false;
};

}  // namespace laguna::engine
