// SPDX-License-Identifier: Apache-2.0
// What the history says of a table's commit: the operation of the statement that changed the table,
// or, where several statements of one transaction did, TRANSACTION.
//
// TRANSACTION is no word of Spark's, which has a commit for each statement; readers take an
// operation they do not know for a text to show. Its parameter `operations` lists the statements'
// operations in their order, its metrics are those of the commit as a whole: rows as the statements
// counted them, files as the log gains and loses them. A value of the transaction; not guarded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "delta/transaction.h"

namespace laguna::catalog {

struct PendingTable;

class TransactionOperation {
 public:
  // More statements are listed by their number alone.
  static constexpr size_t kNamesMax = 100;

  // One more statement changed the table.
  void Add(delta::Operation operation);
  // The rows that statements wrote so far are not in the commit.
  void ForgetRows();

  // `pending` is the table whose operation this is, complete.
  [[nodiscard]] delta::Operation Committed(const PendingTable& pending) const;

 private:
  struct Rows {
    int64_t inserted = 0;
    int64_t updated = 0;
    int64_t deleted = 0;
    int64_t copied = 0;
  };

  // The first statement's.
  delta::Operation operation_;
  size_t statements_ = 0;
  std::vector<std::string> names_;
  Rows rows_;
  int64_t execution_ms_ = 0;
};

}  // namespace laguna::catalog
