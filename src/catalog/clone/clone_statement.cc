// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/clone_statement.h"

#include <array>

#include "base/error.h"
#include "catalog/clone/table_clauses.h"
#include "catalog/table_operand.h"

namespace laguna::catalog {

bool IsCloneStatement(std::span<const engine::Token> rest) {
  constexpr std::array<std::string_view, 2> kShallow{"SHALLOW", "CLONE"};
  constexpr std::array<std::string_view, 2> kDeep{"DEEP", "CLONE"};
  constexpr std::array<std::string_view, 1> kPlain{"CLONE"};
  return FollowsNewTable(rest, kShallow) || FollowsNewTable(rest, kDeep) ||
         FollowsNewTable(rest, kPlain);
}

engine::FunctionCall ParseClone(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_clone", .arguments = {}, .named = {}};
  TakeNewTable(tokens, call);
  if (!tokens.Accept("SHALLOW")) {
    throw tokens.Expected("SHALLOW CLONE; CREATE TABLE ... AS FROM source makes a copy");
  }
  tokens.Take("CLONE");
  TakeTableOperand(tokens, call);
  TakeTimeTravel(tokens, call);
  TakeNewTableClauses(tokens, call);
  tokens.TakeEnd();
  return call;
}

}  // namespace laguna::catalog
