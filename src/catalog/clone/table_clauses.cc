// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/table_clauses.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/alter/alter_statement.h"
#include "catalog/table_operand.h"

namespace laguna::catalog {
namespace {

void TakeVersion(engine::TokenReader& tokens, engine::FunctionCall& call) {
  call.named["version"] = engine::Value(tokens.TakeInteger());
}

void TakeTime(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (!tokens.Accept("TIMESTAMP")) tokens.Accept("DATE");
  call.named["timestamp"] = engine::Value(tokens.TakeString());
}

// AT (VERSION => 3)
void TakeAt(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  const bool is_version = tokens.Accept("VERSION");
  if (!is_version && !tokens.Accept("TIMESTAMP")) throw tokens.Expected("VERSION or TIMESTAMP");
  if (!tokens.AcceptOperator("=>")) throw tokens.Expected("=>");
  (is_version ? TakeVersion : TakeTime)(tokens, call);
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(")");
}

}  // namespace

bool TakeTimeTravel(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (tokens.Accept("AT")) {
    TakeAt(tokens, call);
    return true;
  }
  tokens.Accept("FOR");
  const bool is_version = tokens.Accept("VERSION") || tokens.Accept("SYSTEM_VERSION");
  if (!is_version && !tokens.Accept("TIMESTAMP") && !tokens.Accept("SYSTEM_TIME")) return false;
  tokens.Take("AS");
  tokens.Take("OF");
  (is_version ? TakeVersion : TakeTime)(tokens, call);
  return true;
}

void TakeNewTable(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (tokens.Accept("IF")) {
    tokens.Take("NOT");
    tokens.Take("EXISTS");
    call.named["if_not_exists"] = engine::Value(true);
  }
  call.named["target"] = engine::Value(QuotedName(tokens.TakeQualifiedName()));
}

void TakeNewTableClauses(engine::TokenReader& tokens, engine::FunctionCall& call) {
  while (!tokens.AtEnd()) {
    if (tokens.Accept("USING")) {
      tokens.Take("DELTA");
    } else if (tokens.Accept("LOCATION")) {
      call.named["location"] = engine::Value(tokens.TakeString());
    } else if (tokens.Accept("COMMENT")) {
      call.named["comment"] = engine::Value(tokens.TakeString());
    } else if (tokens.Accept("TBLPROPERTIES")) {
      TakePropertyValues(tokens, call);
    } else {
      return;
    }
  }
}

bool FollowsNewTable(std::span<const engine::Token> rest, std::span<const std::string_view> words) {
  size_t at = 0;
  if (rest.size() > 2 && rest[0].Is("IF") && rest[1].Is("NOT") && rest[2].Is("EXISTS")) at = 3;
  ++at;
  while (at + 1 < rest.size() && rest[at].IsOperator(".")) at += 2;
  for (const std::string_view word : words) {
    if (at >= rest.size() || !rest[at].Is(word)) return false;
    ++at;
  }
  return true;
}

}  // namespace laguna::catalog
