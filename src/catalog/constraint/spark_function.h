// SPDX-License-Identifier: Apache-2.0
// The functions of Spark SQL that the engine can compute with the same results: the allow-list.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/constraint/spark_typing.h"

namespace laguna::catalog {

struct FunctionSql {
  TypedSql value;
  // Gives the same for the same arguments (CURRENT_DATE does not).
  bool deterministic = true;
};

// `call` is a kFunction, `arguments` its parts. Unsupported, by name, for a function that is not on
// the list or arguments it is not listed for; InvalidInput for a wrong number of them.
FunctionSql CallSql(const SparkExpression& call, const std::vector<TypedSql>& arguments);

// The names on the list, sorted; for messages and documentation.
std::vector<std::string_view> SparkFunctionNames();

}  // namespace laguna::catalog
