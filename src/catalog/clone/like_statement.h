// SPDX-License-Identifier: Apache-2.0
// CREATE [OR REPLACE] TABLE ... LIKE, as both spellings share it. Pure functions over tokens.
#pragma once

#include <span>

#include "engine/own_statement.h"

namespace laguna::catalog {

// `rest` are the tokens behind CREATE TABLE or CREATE OR REPLACE TABLE.
[[nodiscard]] bool IsLikeStatement(std::span<const engine::Token> rest);

// From the new table's name on.
[[nodiscard]] engine::FunctionCall ParseLike(engine::TokenReader& tokens);

inline constexpr const char* kLikeDocumentation =
    "Makes an empty table of another one's definition: columns with their types, comments, "
    "defaults and generated values, partitioning, constraints and properties.\n\n"
    "Properties that are given take the place of the source's. Identity columns begin anew. OR "
    "REPLACE empties a table that is there and keeps its history.";

}  // namespace laguna::catalog
