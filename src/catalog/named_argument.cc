// SPDX-License-Identifier: Apache-2.0
#include "catalog/named_argument.h"

namespace laguna::catalog {

const duckdb::Value* GivenArgument(const duckdb::TableFunctionBindInput& input, const char* name) {
  const auto found = input.named_parameters.find(name);
  return found == input.named_parameters.end() || found->second.IsNull() ? nullptr : &found->second;
}

bool IsArgumentTrue(const duckdb::TableFunctionBindInput& input, const char* name) {
  const duckdb::Value* value = GivenArgument(input, name);
  return value != nullptr && value->GetValue<bool>();
}

}  // namespace laguna::catalog
