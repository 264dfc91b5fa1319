// SPDX-License-Identifier: Apache-2.0
// SQL text cut into tokens by the rules of DuckDB's scanner.
//
// DuckDB's own Parser::Tokenize gives only where tokens begin, drops everything after an unclosed
// quote, and does not know back-quoted names; the front needs ends, the unclosed quote and the
// names. That both cut alike is tested against it. Pure: no I/O, no DuckDB; linear in the text.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/token.h"

namespace laguna::engine {

struct LexedText {
  // Comments and blanks left out; semicolons are operator tokens. Offsets count from the text's
  // begin.
  std::vector<Token> tokens;
  // Where the quote or comment begins in which the text ended; a quote's token reaches to the end.
  std::optional<size_t> unclosed = std::nullopt;
};

LexedText Lex(std::string_view text);

// Letters and digits of a plain identifier; every byte past ASCII counts as a letter.
bool IsIdentifierByte(char byte);

}  // namespace laguna::engine
