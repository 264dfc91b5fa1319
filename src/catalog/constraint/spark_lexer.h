// SPDX-License-Identifier: Apache-2.0
// The tokens of an expression in Spark SQL. Pure; linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace laguna::catalog {

enum class SparkTokenKind { kWord, kName, kNumber, kString, kOperator, kEnd };

struct SparkToken {
  SparkTokenKind kind = SparkTokenKind::kEnd;
  // A word, number or operator as written; the content of a back-quoted name or a string, with its
  // escapes resolved.
  std::string text;
  // Byte offset in the expression.
  size_t offset = 0;

  // A word that is not back-quoted, compared without regard to case; `keyword` in capitals.
  [[nodiscard]] bool Is(std::string_view keyword) const;
  [[nodiscard]] bool IsOperator(std::string_view op) const;
};

// Comments and blanks left out; the last is kEnd. InvalidInput "constraint.syntax" for what is no
// token; Unsupported for texts that versions of Spark read differently.
std::vector<SparkToken> LexSpark(std::string_view text);

// A word that names no column unless it is back-quoted.
bool IsSparkKeyword(std::string_view word);

// "constraint.syntax" at a byte of the expression; `what` is a sentence.
base::Error SparkSyntaxError(std::string_view text, size_t offset, const std::string& what);

}  // namespace laguna::catalog
