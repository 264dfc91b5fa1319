// SPDX-License-Identifier: Apache-2.0
// What the ALTER TABLE statements of ours have in common, some of it with CREATE TABLE. Pure
// functions over tokens.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/own_statement.h"

namespace laguna::catalog {

// Whether `words` stand behind the table's name; `rest` are the tokens behind ALTER TABLE. "(" is
// the bracket.
bool FollowsTable(std::span<const engine::Token> rest,
                  std::initializer_list<std::string_view> words);

// [IF EXISTS] table: the first argument of the call, and its parameter `table_if_exists`.
void TakeAlteredTable(engine::TokenReader& tokens, engine::FunctionCall& call);

// 'delta.appendOnly', delta.appendOnly.
std::string TakePropertyName(engine::TokenReader& tokens);

// ('name' = 'text', name 42, name = true): the call's parameters `names` and `new_values`.
void TakePropertyValues(engine::TokenReader& tokens, engine::FunctionCall& call);

}  // namespace laguna::catalog
