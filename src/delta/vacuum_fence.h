// SPDX-License-Identifier: Apache-2.0
// Keeps a commit from naming files that a VACUUM took for leftovers.
//
// VACUUM deletes files that no version names and that are older than what the table keeps; those of
// a writer that is slow enough are such files until it commits. So VACUUM says in the log that it
// begins, before it deletes, and looks then once more at what was committed until that moment.
// Whoever commits behind that entry meets it: if files of theirs are older than the VACUUM keeps,
// they may be gone, and the commit is lost. Its statement can run again. Both sides need nothing
// but the log, so this holds between any programs that keep to it, on any store.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "delta/action.h"
#include "delta/table.h"

namespace laguna::delta {

// Files last modified before this time are those a VACUUM that begins with this commit may delete;
// nothing for other commits.
[[nodiscard]] std::optional<int64_t> VacuumCutoff(const CommitInfo& commit);

// A full sentence when `winner` is the begin of a VACUUM that may have deleted files which `ours`
// adds; nothing otherwise. Looks at those files.
[[nodiscard]] std::optional<std::string> FindVacuumedFile(const Table& table,
                                                          std::span<const Action> winner,
                                                          std::span<const Action> ours,
                                                          const io::Call& call = {});

}  // namespace laguna::delta
