// SPDX-License-Identifier: Apache-2.0
// Errors of computing a value for a column: the engine tells them without the column's name.
#pragma once

#include <exception>
#include <string>

#include "catalog/write/write_target.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// True when a value is the reason, not the machine or the plan.
bool IsValueError(const duckdb::ErrorData& error);

// To be called while `failure` is being handled: InvalidInput "write.value" with table and column
// for a value that does not fit, else the same again.
[[noreturn]] void RethrowWithColumn(const std::exception& failure, const WriteTarget& target,
                                    const std::string& column);

template <class Compute>
void NamingColumn(const WriteTarget& target, const std::string& column, Compute compute) {
  try {
    compute();
  } catch (const std::exception& failure) {
    RethrowWithColumn(failure, target, column);
  }
}

}  // namespace laguna::catalog
