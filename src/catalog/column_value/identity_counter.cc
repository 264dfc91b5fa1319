// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/identity_counter.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace laguna::catalog {

IdentityCounter::IdentityCounter(const delta::IdentityColumn& identity, std::string column,
                                 std::string table)
    : identity_(identity), column_(std::move(column)), table_(std::move(table)) {}

int64_t IdentityCounter::Take(uint64_t count) {
  const std::lock_guard lock(mutex_);
  const auto first = delta::NextValue(identity_);
  const auto last = first ? delta::LastValue(identity_, *first, count) : std::nullopt;
  if (!last) {
    throw base::Error(base::ErrorKind::kExhausted, "write.identity_exhausted",
                      fmt::format("The identity column \"{}\" of table {} has no values left: the "
                                  "next ones do not fit in 64 bits.",
                                  column_, table_))
        .With("table", table_)
        .With("column", column_);
  }
  identity_.high_water_mark = last;
  used_ = true;
  return *first;
}

std::optional<int64_t> IdentityCounter::last() const {
  const std::lock_guard lock(mutex_);
  return used_ ? identity_.high_water_mark : std::nullopt;
}

}  // namespace laguna::catalog
