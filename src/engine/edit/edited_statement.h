// SPDX-License-Identifier: Apache-2.0
// One statement on its way to DuckDB's parser: its text, changed only in ways that keep every
// offset, and what was taken out of it.
//
// Edits blank words out or overwrite them with words that are no longer; so a position that DuckDB
// reports is a position in what the user wrote. Used by one thread; the script outlives it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/script.h"
#include "engine/statement_options.h"

namespace laguna::engine {

// `relation VERSION AS OF expression`; offsets count from the statement's begin.
struct TimeTravel {
  // "VERSION" or "TIMESTAMP".
  std::string unit;
  size_t relation_offset = 0;
  size_t clause_offset = 0;
  size_t expression_offset = 0;
  std::string expression;
};

class EditedStatement {
 public:
  // Comments and blanks become spaces at once (line ends stay).
  EditedStatement(const Script& script, const ScriptStatement& statement);

  // The tokens that are left, in order; Next past the last is a kEnd token.
  [[nodiscard]] size_t size() const { return tokens_.size(); }
  [[nodiscard]] const Token& operator[](size_t index) const;
  // The statement as DuckDB shall parse it.
  [[nodiscard]] const std::string& text() const { return text_; }
  // Offset of a token in the statement.
  [[nodiscard]] size_t OffsetOf(size_t index) const;
  // The edited text of the tokens [first, last).
  [[nodiscard]] std::string TextOf(size_t first, size_t last) const;
  // Whether the plain words stand at `index`, one after the other: Comes(0, {"CREATE", "TABLE"}).
  [[nodiscard]] bool Comes(size_t index, const std::vector<std::string_view>& words) const;
  // The index of the bracket that closes the one at `open`; the size when none does.
  [[nodiscard]] size_t ClosingOf(size_t open) const;
  // What the token says without its quotes (identifiers and strings).
  [[nodiscard]] std::string Unquoted(size_t index) const;

  // Reads the tokens that are left from `index` on; `syntax` is quoted in its errors.
  [[nodiscard]] TokenReader ReaderFrom(size_t index, std::string_view syntax) const;
  // The index of the token that such a reader takes next.
  [[nodiscard]] size_t IndexOf(const TokenReader& reader) const;

  // Takes the tokens [first, last) out.
  void Blank(size_t first, size_t last);
  // Overwrites one token by a text that is no longer; the rest becomes spaces.
  void Overwrite(size_t index, std::string_view text);

  // "sql.syntax" at a token.
  [[nodiscard]] base::Error ErrorAt(size_t index, std::string sentence) const;

  StatementOptions options;
  std::vector<TimeTravel> time_travels;
  // PREPARE name AS, taken off: what is left is prepared under the name.
  std::optional<std::string> prepared_name;

 private:
  const Script& script_;
  size_t offset_;
  std::string text_;
  std::vector<Token> tokens_;
  Token end_;
};

}  // namespace laguna::engine
