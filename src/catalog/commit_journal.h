// SPDX-License-Identifier: Apache-2.0
// What a transaction of several changes is about to commit, written down before the first of them
// and taken away behind the last.
//
// Delta commits one table at a time, and a table that goes, a view, a schema or a link is a step of
// its own besides. A program that is killed between two of them leaves the first done and the
// second not; the next one that opens the lake finds the note, looks which changes are there, and
// tells. A note lies at _laguna/commits/<transaction id>.json. Stateless; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/lake_environment.h"

namespace laguna::catalog {

struct JournaledChange {
  enum class Kind {
    // A commit to the log of the table `name` ("bronze/t").
    kCommit,
    // The folder of a table ("bronze/t") or a schema ("bronze") moves aside, to AsideFolder.
    kFolderDrop,
    // An object that is a view, a schema's marker or a link ("bronze/v.view.sql") gets a text.
    kDefinition,
    kDefinitionDrop,
  };

  Kind kind = Kind::kCommit;
  std::string name;
  // kCommit: it is a later version; -1 for a table that the transaction makes.
  int64_t read_version = -1;
  // kDefinition: FingerprintOf its text.
  std::string fingerprint;
};

std::string FingerprintOf(std::string_view text);
// Where a folder that the transaction drops goes, without the slash at the end.
std::string AsideFolder(std::string_view folder, int64_t now_ms, std::string_view transaction_id);

// Durable on return. `id` is the txnId of the commits. Errors are the store's.
void BeginCommits(const LakeEnvironment& environment, const std::string& id,
                  const std::vector<JournaledChange>& changes);
// All are in, or the user was told which are. Never throws: a note that stays is looked at again.
void EndCommits(const LakeEnvironment& environment, const std::string& id) noexcept;

// Full sentences about transactions that were cut off between two changes: which are there and
// which are not. What is told is taken away. Those of programs that still run are left alone. Never
// throws: the lake can be used without it.
std::vector<std::string> TellCutOffCommits(const LakeEnvironment& environment) noexcept;

}  // namespace laguna::catalog
