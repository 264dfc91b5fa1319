// SPDX-License-Identifier: Apache-2.0
// Runs a statement again whose commit lost against another one's, or whose files somebody deleted
// while it read them.
//
// Right for a statement that is a transaction of its own and has handed out nothing: the rollback
// took everything back, and the next run reads the version that won. Waits in between, by chance,
// so that losers do not meet again: longer and longer at first, then shorter, so that nobody
// starves. Used on the session's thread.
#pragma once

#include <chrono>
#include <exception>
#include <set>
#include <string>

#include "base/error.h"
#include "duckdb/common/random_engine.hpp"
#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"
#include "engine/interrupt_flag.h"

namespace laguna::engine {

class ConflictRerun {
 public:
  // A statement is given up when it has lost so often and for so long.
  static constexpr int kRunsMin = 10;
  static constexpr std::chrono::minutes kPatience{10};

  // `interrupt` outlives it.
  explicit ConflictRerun(const InterruptFlag& interrupt,
                         std::chrono::steady_clock::duration patience = kPatience)
      : interrupt_(interrupt), gives_up_(std::chrono::steady_clock::now() + patience) {}

  // Whether a statement may run again: it changes rows, and its rows come after its commit. For an
  // EXECUTE the statement that it runs is asked (engine/prepared_statement.h).
  static bool IsFor(const duckdb::SQLStatement& statement);

  // Whether a statement may run again behind a data file that went: it hands out no row before it
  // knows them, or failed before it had one. As above for an EXECUTE.
  static bool IsForLostFiles(const duckdb::SQLStatement& statement);

  // Waits when `failure` is a lost commit and the statement may run once more; false for other
  // failures. Throws the conflict, saying how often the statement ran, when it was the last time;
  // Cancelled when it is interrupted while it waits.
  bool WaitAfter(const std::exception& failure);
  // Whether `failure` is a data file that went from the version of a table that the statement read
  // (a VACUUM that keeps nothing), and the statement may look at a newer version; false where that
  // is a version it failed on before: then the table itself has lost the file.
  bool MayReadNewer(const std::exception& failure);

 private:
  void Wait();

  const InterruptFlag& interrupt_;
  const std::chrono::steady_clock::time_point gives_up_;
  duckdb::RandomEngine random_;
  int runs_ = 0;
  // Tables and versions that lacked a file.
  std::set<std::string> lost_in_;
};

}  // namespace laguna::engine
