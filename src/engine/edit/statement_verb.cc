// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/statement_verb.h"

#include <algorithm>

namespace laguna::engine {
namespace {

bool Opens(const Token& token) {
  return token.IsOperator("(") || token.IsOperator("[") || token.IsOperator("{") ||
         token.Is("CASE");
}

bool Closes(const Token& token) {
  return token.IsOperator(")") || token.IsOperator("]") || token.IsOperator("}") || token.Is("END");
}

bool HasPrefix(const EditedStatement& statement) {
  const Token& first = statement[0];
  return first.Is("WITH") || first.Is("EXPLAIN") || first.Is("PREPARE");
}

}  // namespace

size_t BehindGroup(const EditedStatement& statement, size_t at) {
  int depth = 0;
  do {
    depth += Opens(statement[at]) ? 1 : 0;
    depth -= Closes(statement[at]) ? 1 : 0;
    ++at;
  } while (depth > 0 && at < statement.size());
  return at;
}

size_t FindWord(const EditedStatement& statement, size_t from,
                const std::vector<std::string_view>& words) {
  while (from < statement.size()) {
    const Token& token = statement[from];
    const auto is = [&](std::string_view word) { return token.Is(word); };
    if (std::any_of(words.begin(), words.end(), is)) {
      return from;
    }
    from = BehindGroup(statement, from);
  }
  return statement.size();
}

size_t FindVerb(const EditedStatement& statement, std::string_view verb) {
  if (statement[0].Is(verb)) {
    return 0;
  }
  return HasPrefix(statement) ? FindWord(statement, 1, {verb}) : statement.size();
}

}  // namespace laguna::engine
