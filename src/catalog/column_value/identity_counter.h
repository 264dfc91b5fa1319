// SPDX-License-Identifier: Apache-2.0
// Gives a transaction's rows the values of one identity column.
//
// Made from the mark of the version that the transaction read; all statements and threads of the
// transaction draw from the same counter. The commit notes the last value given as the new mark
// (delta/identity_column.h). Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "delta/identity_column.h"

namespace laguna::catalog {

class IdentityCounter {
 public:
  // `column` and `table` ("bronze.t") are for messages.
  IdentityCounter(const delta::IdentityColumn& identity, std::string column, std::string table);

  // The first of `count` (> 0) values, which follow one another by step(). Exhausted when 64 bits
  // do not hold them all; then none is given.
  int64_t Take(uint64_t count);
  [[nodiscard]] int64_t step() const { return identity_.step; }
  // The last value given; nothing when none was.
  [[nodiscard]] std::optional<int64_t> last() const;

 private:
  mutable std::mutex mutex_;
  // Its mark is the last value given, by this transaction or before.
  delta::IdentityColumn identity_;
  bool used_ = false;
  const std::string column_;
  const std::string table_;
};

}  // namespace laguna::catalog
