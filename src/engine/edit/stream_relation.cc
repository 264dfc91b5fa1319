// SPDX-License-Identifier: Apache-2.0
// STREAM before a relation.
//
// DuckDB takes `FROM STREAM t` for a table STREAM with the alias t, so the word is looked for where
// a relation begins (behind FROM, JOIN, or a comma of the FROM list) and counts as ours when
// another relation follows it.
#include <array>
#include <string_view>
#include <vector>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

// Words that end a FROM list.
constexpr std::array<std::string_view, 17> kAfterFrom = {
    "SELECT", "WHERE",   "GROUP",       "HAVING",    "ORDER", "LIMIT",
    "OFFSET", "QUALIFY", "WINDOW",      "RETURNING", "UNION", "INTERSECT",
    "EXCEPT", "SET",     "TABLESAMPLE", "WHEN",      "VALUES"};

// Words that may follow a table called stream.
constexpr std::array<std::string_view, 15> kAfterTable = {
    "AS",    "ON",      "USING", "JOIN",       "INNER", "LEFT", "RIGHT", "FULL",
    "CROSS", "NATURAL", "ASOF",  "POSITIONAL", "SEMI",  "ANTI", "AT"};

template <class Words>
bool IsOneOf(const Token& token, const Words& words) {
  for (const std::string_view word : words) {
    if (token.Is(word)) {
      return true;
    }
  }
  return false;
}

// Whether the next token begins a relation, per level of parentheses.
class FromTracker {
 public:
  // Looks at the token before the one asked about.
  void See(const Token& token) {
    begins_relation_ = false;
    if (token.IsOperator("(")) {
      levels_.push_back(false);
    } else if (token.IsOperator(")") && levels_.size() > 1) {
      levels_.pop_back();
    } else if (token.Is("FROM") || token.Is("JOIN")) {
      levels_.back() = true;
      begins_relation_ = true;
    } else if (IsOneOf(token, kAfterFrom)) {
      levels_.back() = false;
    } else if (token.IsOperator(",")) {
      begins_relation_ = levels_.back();
    }
  }
  [[nodiscard]] bool begins_relation() const { return begins_relation_; }

 private:
  std::vector<bool> levels_{false};
  bool begins_relation_ = false;
};

bool IsOurs(const EditedStatement& statement, size_t at) {
  const Token& next = statement[at + 1];
  if (next.kind == TokenKind::kQuotedIdentifier || next.IsOperator("(")) {
    return true;
  }
  return next.kind == TokenKind::kWord && !IsOneOf(next, kAfterFrom) && !IsOneOf(next, kAfterTable);
}

void TakeStream(EditedStatement& statement, size_t at) {
  statement.Blank(at, at + 1);
  if (statement[at].IsOperator("(")) {
    const size_t closing = statement.ClosingOf(at);
    if (closing >= statement.size()) {
      throw statement.ErrorAt(at, "The parenthesis after STREAM is not closed.");
    }
    statement.Blank(closing, closing + 1);
    statement.Blank(at, at + 1);
  }
  if (statement[at].kind != TokenKind::kWord &&
      statement[at].kind != TokenKind::kQuotedIdentifier) {
    throw statement.ErrorAt(at, "Expected a table or a source after STREAM.")
        .Hint("The syntax is: FROM STREAM bronze.sales, or FROM STREAM read_files('...')");
  }
  statement.options.stream_relations.push_back(statement.OffsetOf(at));
}

}  // namespace

void EditStreamRelation(EditedStatement& statement) {
  FromTracker from;
  for (size_t i = 0; i < statement.size(); ++i) {
    if (from.begins_relation() && statement[i].Is("STREAM") && IsOurs(statement, i)) {
      TakeStream(statement, i);
    }
    from.See(statement[i]);
  }
}

}  // namespace laguna::engine
