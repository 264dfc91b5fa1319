// SPDX-License-Identifier: Apache-2.0
// Clauses that several statements take behind a table's name. Pure functions over tokens.
#pragma once

#include <span>
#include <string_view>

#include "engine/own_statement.h"

namespace laguna::catalog {

// VERSION AS OF n, TIMESTAMP AS OF 'time', or AT (VERSION => n): the call's parameter `version` or
// `timestamp`. False when something else comes.
bool TakeTimeTravel(engine::TokenReader& tokens, engine::FunctionCall& call);

// [IF NOT EXISTS] table, the one to be made: the call's parameters `target` and `if_not_exists`.
void TakeNewTable(engine::TokenReader& tokens, engine::FunctionCall& call);

// USING DELTA, COMMENT 'text', TBLPROPERTIES ('name' = 'value', ...) in any order: the parameters
// `comment`, `names` and `new_values`.
void TakeNewTableClauses(engine::TokenReader& tokens, engine::FunctionCall& call);

// Whether the words ("SHALLOW", "CLONE") stand behind the name of the table to be made;
// `rest` are the tokens behind CREATE TABLE.
[[nodiscard]] bool FollowsNewTable(std::span<const engine::Token> rest,
                                   std::span<const std::string_view> words);

}  // namespace laguna::catalog
