// SPDX-License-Identifier: Apache-2.0
// What the log of a table says about files: which ones a version still names that is kept, and
// which ones no such version does.
//
// A version is kept when it was the newest at some time since the cutoff. So the files of the
// newest one stay, and those that a commit took away since (protocol section "Remove File": a
// tombstone tells when). What a checkpoint says of removals is as old as the checkpoint's own
// retention; the commits of the window are read as well, where they are still there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "delta/named_files.h"
#include "delta/table.h"

namespace laguna::delta {

// Notes every file that a version kept since `cutoff_ms` names: data files, deletion vectors, and
// change data of commits since then. Errors are those of reading the log.
void NoteRetained(Table& table, const Snapshot& snapshot, int64_t cutoff_ms, NamedFiles& named,
                  const io::Call& call = {});

// Notes the files that the commits [first, last] add.
void NoteAdded(Table& table, int64_t first, int64_t last, NamedFiles& named,
               const io::Call& call = {});

struct RemovedFiles {
  // Path below the table's folder -> bytes, where the log says.
  std::map<std::string, std::optional<int64_t>> files;
  // The last commit before the cutoff; nothing where all are younger.
  std::optional<int64_t> last_version;
  // The first commit that is still in the log.
  std::optional<int64_t> first_in_log;
};

// What the commits from `first_version` on that are older than the cutoff took away before it, with
// their deletion vectors and their change data.
RemovedFiles FilesRemovedBefore(Table& table, int64_t first_version, int64_t cutoff_ms,
                                const NamedFiles& named, const io::Call& call = {});

// The last commit before the cutoff; nothing where all that are left are younger.
std::optional<int64_t> LastVersionBefore(Table& table, int64_t cutoff_ms,
                                         const io::Call& call = {});

}  // namespace laguna::delta
