// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/alter_statement.h"

#include <utility>

#include "catalog/table_operand.h"

namespace laguna::catalog {
namespace {

// 'text', 42, true.
std::string TakePropertyValue(engine::TokenReader& tokens) {
  const engine::Token& token = tokens.Peek();
  if (token.kind == engine::TokenKind::kString) return tokens.TakeString();
  if (token.kind == engine::TokenKind::kNumber) return std::to_string(tokens.TakeInteger());
  if (tokens.Accept("TRUE")) return "true";
  if (tokens.Accept("FALSE")) return "false";
  throw tokens.Expected("a text, a whole number, true or false as the property's value");
}

}  // namespace

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

void TakePropertyValues(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
  engine::ValueList names;
  engine::ValueList values;
  do {
    names.emplace_back(TakePropertyName(tokens));
    tokens.AcceptOperator("=");
    values.emplace_back(TakePropertyValue(tokens));
  } while (tokens.AcceptOperator(","));
  if (!tokens.AcceptOperator(")")) throw tokens.Expected(", or )");
  call.named["names"] = std::move(names);
  call.named["new_values"] = std::move(values);
}

}  // namespace laguna::catalog
