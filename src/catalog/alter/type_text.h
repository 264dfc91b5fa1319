// SPDX-License-Identifier: Apache-2.0
// A column's type in a statement of ours, in the engine's spelling or Spark's: "DECIMAL(10, 2)",
// "STRUCT(a INTEGER)[]", "array<struct<a:int>>". Pure.
#pragma once

#include <string>

#include "engine/token.h"

namespace laguna::catalog {

// Takes the next tokens for a type and gives it in the engine's spelling. InvalidInput "sql.syntax"
// at the token that is none of a type's.
std::string TakeType(engine::TokenReader& tokens);

}  // namespace laguna::catalog
