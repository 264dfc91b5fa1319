// SPDX-License-Identifier: Apache-2.0
// Types as Spark SQL spells them: INT, DECIMAL(10, 2), ARRAY<STRING>, MAP<STRING, INT>.
#pragma once

#include "catalog/constraint/spark_tokens.h"
#include "delta/schema.h"

namespace laguna::catalog {

// The type that stands next. Errors as ParseSparkType has them.
delta::DataType TakeSparkType(SparkTokens& tokens);

}  // namespace laguna::catalog
