// SPDX-License-Identifier: Apache-2.0
// A column's type in a statement, in the engine's spelling or Spark's: "DECIMAL(10, 2)", "STRUCT(a
// INTEGER)[]", "array<struct<a:int NOT NULL COMMENT 'x', b:varchar(5)>>". Pure.
#pragma once

#include <string>

#include "engine/declared_type.h"
#include "engine/token.h"

namespace laguna::engine {

// Takes the next tokens for a type. InvalidInput "sql.syntax" at the token that is none of a
// type's.
[[nodiscard]] DeclaredType TakeType(TokenReader& tokens);

// The same of a text that is nothing but a type.
[[nodiscard]] DeclaredType ReadType(const std::string& text);

// VARCHAR and the other words that a length in brackets may follow.
[[nodiscard]] bool IsTextType(const Token& token);

}  // namespace laguna::engine
