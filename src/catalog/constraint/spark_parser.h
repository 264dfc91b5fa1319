// SPDX-License-Identifier: Apache-2.0
// Reads an expression of Spark SQL (the texts of delta.constraints.*, delta.invariants and
// delta.generationExpression). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/constraint/spark_expression.h"

namespace laguna::catalog {

// Longer texts and deeper expressions are refused.
inline constexpr size_t kSparkTextBytesMax = 64 << 10;
inline constexpr size_t kSparkTokensMax = 4000;
inline constexpr int kSparkDepthMax = 200;
// Of the tree: `a + b + c` is as high as it has operators. Whatever walks it calls itself.
inline constexpr size_t kSparkHeightMax = 500;

// The grammar of Spark's SqlBaseParser.g4, as far as scalar expressions go. InvalidInput
// "constraint.syntax" for what does not parse, Unsupported "constraint.unsupported" for what Laguna
// does not evaluate, by its name.
SparkExpression ParseSparkExpression(std::string_view text);

// "int", "decimal(10,2)", "array<string>", "struct<a:int>". Errors as above.
delta::DataType ParseSparkType(std::string_view text);

// Unsupported: `what` ("the function rand") is not evaluated as Spark does it.
base::Error SparkUnsupported(const std::string& what);

}  // namespace laguna::catalog
