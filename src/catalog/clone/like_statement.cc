// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/like_statement.h"

#include <array>

#include "catalog/clone/table_clauses.h"
#include "catalog/table_operand.h"

namespace laguna::catalog {

bool IsLikeStatement(std::span<const engine::Token> rest) {
  constexpr std::array<std::string_view, 1> kWords{"LIKE"};
  return FollowsNewTable(rest, kWords);
}

engine::FunctionCall ParseLike(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_create_like", .arguments = {}, .named = {}};
  TakeNewTable(tokens, call);
  tokens.Take("LIKE");
  TakeTableOperand(tokens, call);
  TakeNewTableClauses(tokens, call);
  tokens.TakeEnd();
  return call;
}

}  // namespace laguna::catalog
