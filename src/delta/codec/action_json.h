// SPDX-License-Identifier: Apache-2.0
// The JSON lines of a commit file (protocol section "Delta Log Entries"): actions from bytes and
// bytes from actions. Pure; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/file_view.h"

namespace laguna::delta {

// The actions of a commit, in the order of the file. Actions and fields the protocol does not know
// are ignored, as it demands. Corrupt ("delta.log_line") for a line that is no JSON or lacks a
// required field: `file` and the line are named, and what was expected. `bytes` is taken by value
// because the parser needs room behind it.
[[nodiscard]] std::vector<Action> ParseCommit(std::string bytes, std::string_view file);

// Takes what a commit says, in the order of its file. What it is handed by reference holds during
// the call.
class CommitSink {
 public:
  virtual ~CommitSink() = default;
  virtual void Add(const FileRow& file) = 0;
  virtual void Remove(std::string_view path, std::string_view deletion_vector_id) = 0;
  // Every action that is no file of the table.
  virtual void Take(Action action) = 0;
};

// The same as ParseCommit for who folds a commit and keeps nothing of it: files are handed over
// without being built, which is several times as fast. Of removed files only what names them is
// looked at. What stood before a broken line has been handed over when the error is thrown.
void ParseCommit(std::string bytes, std::string_view file, CommitSink& sink);

// Only the commitInfo of a commit, nothing when it has none. Cheap when it stands first, as modern
// writers put it.
[[nodiscard]] std::optional<CommitInfo> ParseCommitInfo(std::string bytes, std::string_view file);

// One line per action, as Spark and delta-rs read them.
[[nodiscard]] std::string WriteCommit(std::span<const Action> actions);
void AppendAction(std::string& out, const Action& action);

}  // namespace laguna::delta
