// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/created_table.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace laguna::engine {

size_t AfterCreatedName(const EditedStatement& statement) {
  if (!statement[0].Is("CREATE")) return statement.size();
  constexpr size_t kModifiersMax = 4;
  for (size_t i = 1; i <= kModifiersMax; ++i) {
    if (!statement[i].Is("TABLE")) continue;
    // The table's own name may be one of the words looked for.
    size_t at = i + 1;
    if (statement.Comes(at, {"IF", "NOT", "EXISTS"})) at += 3;
    ++at;
    while (statement[at].IsOperator(".")) at += 2;
    return at;
  }
  return statement.size();
}

size_t ColumnListOf(const EditedStatement& statement) {
  const size_t at = AfterCreatedName(statement);
  return statement[at].IsOperator("(") ? at : statement.size();
}

bool BeginsConstraint(const Token& token) {
  constexpr std::array<std::string_view, 5> kWords{"CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE",
                                                   "FOREIGN"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return token.Is(word); });
}

bool IsName(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
}

}  // namespace laguna::engine
