// SPDX-License-Identifier: Apache-2.0
// What a transaction over several tables is about to commit, written down before the first of them
// and taken away behind the last.
//
// Delta commits one table at a time. A program that is killed between two of them leaves the first
// changed and the second not; the next one that opens the lake finds the note, looks which tables
// have the transaction's commit, and tells. A note lies at _laguna/commits/<transaction id>.json.
// Stateless; any thread.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_environment.h"

namespace laguna::catalog {

struct JournaledTable {
  // "bronze/t".
  std::string root;
  // Its commit is a later one; -1 for a table that the transaction makes.
  int64_t read_version = -1;
};

// Durable on return. `id` is the txnId of the commits. Errors are the store's.
void BeginCommits(const LakeEnvironment& environment, const std::string& id,
                  const std::vector<JournaledTable>& tables);
// All are in, or the user was told which are. Never throws: a note that stays is looked at again.
void EndCommits(const LakeEnvironment& environment, const std::string& id) noexcept;

// Full sentences about transactions that were cut off between two tables: which tables have their
// commit and which do not. What is told is taken away. Those of programs that still run are left
// alone. Never throws: the lake can be used without it.
std::vector<std::string> TellCutOffCommits(const LakeEnvironment& environment) noexcept;

}  // namespace laguna::catalog
