// SPDX-License-Identifier: Apache-2.0
// A statement that DuckDB's parser does not know (DESCRIBE HISTORY, OPTIMIZE, ...): one file each,
// found by CMake.
//
// The front recognises it by its leading words, `parse` turns its tokens into a call of one of our
// table functions, and that call runs like any other query: in the session's transaction, with its
// results, progress and cancellation.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/token.h"
#include "engine/value.h"

namespace laguna::engine {

// SELECT * FROM function(arguments..., named...), built as a syntax tree, never as text.
struct FunctionCall {
  std::string function;
  ValueList arguments;
  NamedValues named;
};

struct OwnStatement {
  // "DESCRIBE HISTORY".
  std::string_view name;
  // "DESCRIBE HISTORY table [LIMIT n]".
  std::string_view syntax;
  // One sentence, then paragraphs, in Markdown.
  std::string_view documentation;
  // A statement that runs in an example lake.
  std::string_view example;
  // Upper-case words a statement must begin with; the longest match of all statements wins.
  // Spellings are alternatives:
  // {"DESCRIBE HISTORY", "DESC HISTORY"}.
  std::span<const std::string_view> leading_words;
  // Gets the tokens after the leading words. Throws Error(InvalidInput, "sql.syntax") at the token
  // it cannot take, naming `syntax`.
  FunctionCall (*parse)(TokenReader& tokens);
  // Where several statements share their leading words, and some are DuckDB's (ALTER TABLE):
  // whether the tokens behind them are this one's. Null: always.
  bool (*accepts)(std::span<const Token> rest) = nullptr;
};

}  // namespace laguna::engine
