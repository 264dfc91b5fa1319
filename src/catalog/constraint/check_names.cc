// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/check_names.h"

#include "engine/lexer.h"
#include "engine/token.h"

namespace laguna::catalog {

namespace {

std::string NameOf(const engine::Token& token) {
  if (token.kind != engine::TokenKind::kQuotedIdentifier) return std::string(token.text);
  const char quote = token.text.front();
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  std::string name;
  for (size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == quote) ++i;
  }
  return name;
}

}  // namespace

// CHECK is a reserved word, so outside of quotes it is nothing else.
std::vector<std::optional<std::string>> CheckNamesIn(std::string_view create_table) {
  const auto tokens = engine::Lex(create_table).tokens;
  std::vector<std::optional<std::string>> names;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i].Is("CHECK")) continue;
    const bool is_named = i >= 2 && tokens[i - 2].Is("CONSTRAINT");
    names.push_back(is_named ? std::optional(NameOf(tokens[i - 1])) : std::nullopt);
  }
  return names;
}

}  // namespace laguna::catalog
