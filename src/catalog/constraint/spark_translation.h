// SPDX-License-Identifier: Apache-2.0
// An expression of Spark SQL over a table's columns as the engine's SQL that gives the same values.
//
// The log's text counts: what Spark makes of it is what is computed here, whatever the engine's own
// operator of that name does. What is not known to agree is refused by name. Pure; text in, text
// out.
#pragma once

#include <string>

#include "catalog/constraint/spark_expression.h"
#include "delta/schema.h"

namespace laguna::catalog {

struct TranslatedExpression {
  // The engine's SQL. Columns are named alone, quoted, in the schema's spelling.
  std::string sql;
  // As Spark types it; kVoid for NULL.
  delta::DataType type;
  // False when it depends on the time of the statement.
  bool deterministic = true;
};

// InvalidInput "constraint.unknown_column" (with the nearest name) for columns and fields that are
// not there; Unsupported "constraint.unsupported" for what is not evaluated as Spark does.
TranslatedExpression Translate(const SparkExpression& expression, const delta::Schema& schema);

// The same for a condition; InvalidInput when it is of another type than boolean.
TranslatedExpression TranslateCondition(const SparkExpression& expression,
                                        const delta::Schema& schema);

}  // namespace laguna::catalog
