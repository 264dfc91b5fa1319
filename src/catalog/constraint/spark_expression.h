// SPDX-License-Identifier: Apache-2.0
// An expression of Spark SQL as a value: what the log holds of CHECK constraints, invariants and
// generated columns.
//
// Only the tree; spark_parser reads it from text, spark_translation gives it a type and says it in
// the engine's SQL. Pure values; no DuckDB.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "delta/schema.h"

namespace laguna::catalog {

enum class SparkNode {
  kNull,
  kBoolean,   // text: "true", "false"
  kNumber,    // text as written, suffix included: "12", "1.50", "3L", "1e3"
  kString,    // text: the content
  kTyped,     // DATE '...', TIMESTAMP '...': text, type
  kColumn,    // text: the name
  kField,     // parts[0].text
  kItem,      // parts[0][parts[1]]
  kUnary,     // text: "-", "+", "~", "NOT"
  kBinary,    // text: "+", "=", "<=>", "AND", "DIV", ...
  kIs,        // parts[0] IS [NOT] text: "NULL", "TRUE", "FALSE", "UNKNOWN"
  kIn,        // parts[0] [NOT] IN (parts[1], ...)
  kBetween,   // parts[0] [NOT] BETWEEN parts[1] AND parts[2]
  kLike,      // parts[0] [NOT] LIKE parts[1] [ESCAPE 'escape']
  kRlike,     // parts[0] [NOT] RLIKE parts[1]
  kCase,      // CASE WHEN parts[0] THEN parts[1] ... [ELSE last]
  kSwitch,    // CASE parts[0] WHEN parts[1] THEN parts[2] ... [ELSE last]
  kCast,      // CAST(parts[0] AS type)
  kFunction,  // text(parts...); the name in lower case
};

struct SparkExpression {
  SparkNode node = SparkNode::kNull;
  std::string text = {};
  std::vector<SparkExpression> parts = {};
  // The NOT inside IS NOT, NOT IN, NOT BETWEEN, NOT LIKE.
  bool negated = false;
  // kCase, kSwitch: the last part is the ELSE.
  bool has_else = false;
  // kLike: one character.
  std::string escape = {};
  // kTyped, kCast.
  delta::DataType type = {};
};

// As Spark reads it: brackets only where precedence asks for them, names back-quoted only where
// they must be.
std::string ToSparkSql(const SparkExpression& expression);

// `name` as an identifier of Spark SQL.
std::string SparkName(const std::string& name);

// The columns the expression names, each once, in their order; fields of structs count as their
// column.
std::vector<std::string> ColumnsOf(const SparkExpression& expression);

}  // namespace laguna::catalog
