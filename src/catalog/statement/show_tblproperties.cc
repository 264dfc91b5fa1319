// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"SHOW TBLPROPERTIES"};

// 'delta.appendOnly', delta.appendOnly.
std::string TakeKey(engine::TokenReader& tokens) {
  if (tokens.Peek().kind == engine::TokenKind::kString) return tokens.TakeString();
  std::string key;
  do {
    if (!key.empty()) key += '.';
    key += tokens.TakeIdentifier();
  } while (tokens.AcceptOperator("."));
  return key;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_properties", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  if (tokens.AcceptOperator("(")) {
    call.named["key"] = engine::Value(TakeKey(tokens));
    if (!tokens.AcceptOperator(")")) throw tokens.Expected(")");
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement show_tblproperties_statement{
    .name = "SHOW TBLPROPERTIES",
    .syntax = "SHOW TBLPROPERTIES table | 'path' | delta.`path` [(key)]",
    .documentation =
        "Shows the properties of a Delta table, with its protocol versions and table "
        "features.\n\nWith a key it is that property alone, written as `'delta.appendOnly'` or "
        "`delta.appendOnly`.",
    .example = "SHOW TBLPROPERTIES bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
