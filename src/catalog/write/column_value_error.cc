// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/column_value_error.h"

#include <fmt/format.h>

#include "base/error.h"

namespace laguna::catalog {

bool IsValueError(const duckdb::ErrorData& error) {
  switch (error.Type()) {
    case duckdb::ExceptionType::CONVERSION:
    case duckdb::ExceptionType::OUT_OF_RANGE:
    case duckdb::ExceptionType::INVALID_INPUT:
    case duckdb::ExceptionType::MISMATCH_TYPE:
    case duckdb::ExceptionType::DECIMAL:
      return true;
    default:
      return false;
  }
}

void RethrowWithColumn(const std::exception& failure, const WriteTarget& target,
                       const std::string& column) {
  const duckdb::ErrorData error(failure);
  if (!IsValueError(error)) throw;
  throw base::Error(base::ErrorKind::kInvalidInput, "write.value",
                    fmt::format("A value does not fit column \"{}\" of table {}: {}", column,
                                target.SqlName(), error.RawMessage()))
      .With("table", target.SqlName())
      .With("column", column);
}

}  // namespace laguna::catalog
