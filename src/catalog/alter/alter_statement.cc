// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/alter_statement.h"

#include "catalog/table_operand.h"

namespace laguna::catalog {

bool FollowsTable(std::span<const engine::Token> rest,
                  std::initializer_list<std::string_view> words) {
  size_t at = 0;
  if (rest.size() > 1 && rest[0].Is("IF") && rest[1].Is("EXISTS")) at = 2;
  ++at;
  while (at + 1 < rest.size() && rest[at].IsOperator(".")) at += 2;
  for (const std::string_view word : words) {
    if (at >= rest.size()) return false;
    if (word == "(" ? !rest[at].IsOperator("(") : !rest[at].Is(word)) return false;
    ++at;
  }
  return true;
}

void TakeAlteredTable(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (tokens.Accept("IF")) {
    tokens.Take("EXISTS");
    call.named["table_if_exists"] = engine::Value(true);
  }
  call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
}

std::string TakePropertyName(engine::TokenReader& tokens) {
  if (tokens.Peek().kind == engine::TokenKind::kString) return tokens.TakeString();
  std::string name;
  do {
    if (!name.empty()) name += '.';
    name += tokens.TakeIdentifier();
  } while (tokens.AcceptOperator("."));
  return name;
}

}  // namespace laguna::catalog
