// SPDX-License-Identifier: Apache-2.0
// The tokens of one SQL statement, as DuckDB's lexer cuts them, with the offsets that errors point
// to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace laguna::engine {

enum class TokenKind { kWord, kQuotedIdentifier, kNumber, kString, kOperator, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  // As written, quotes included; a view into the script.
  std::string_view text;
  // Byte offset in the script.
  size_t offset = 0;

  // A plain word, compared without regard to case; `keyword` in capitals.
  [[nodiscard]] bool Is(std::string_view keyword) const;
  [[nodiscard]] bool IsOperator(std::string_view op) const;
  [[nodiscard]] size_t end() const { return offset + text.size(); }
};

class Script;

// "bronze.sales", "lake.bronze.sales", "t": the parts unquoted, one to three of them.
struct QualifiedName {
  std::vector<std::string> parts;
  size_t offset = 0;
  [[nodiscard]] std::string ToString() const;
};

// Walks the tokens of one statement. Every Take either consumes or throws Error(InvalidInput,
// "sql.syntax") placed at the offending token. Used by one thread; the script outlives it.
class TokenReader {
 public:
  // `syntax` is quoted in errors.
  TokenReader(const Script& script, std::vector<Token> tokens, std::string_view syntax);

  [[nodiscard]] const Token& Peek() const;
  [[nodiscard]] bool AtEnd() const;
  // Consumes the keyword (any case) if it comes next.
  bool Accept(std::string_view keyword);
  bool AcceptOperator(std::string_view text);
  void Take(std::string_view keyword);
  // An identifier, plain, "quoted" or `back-quoted`.
  std::string TakeIdentifier();
  QualifiedName TakeQualifiedName();
  int64_t TakeInteger();
  // The content of a 'string'.
  std::string TakeString();
  // The source text from here up to (not including) the first of `stop_words` outside parentheses,
  // or the end; for expressions and queries that DuckDB parses from their range. Throws when it is
  // empty.
  std::string_view TakeSource(const std::vector<std::string_view>& stop_words = {});
  // The source text from an offset to the end of what was taken last.
  [[nodiscard]] std::string_view SourceFrom(size_t offset) const;
  // Throws unless everything was consumed.
  void TakeEnd();
  // An error at the next token: `expected` completes "expected ...".
  [[nodiscard]] base::Error Expected(std::string_view expected) const;

 private:
  const Script& script_;
  std::vector<Token> tokens_;
  std::string_view syntax_;
  size_t next_ = 0;
};

}  // namespace laguna::engine
