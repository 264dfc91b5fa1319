// SPDX-License-Identifier: Apache-2.0
#include "delta/conflict.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

AddFile Added(const std::string& path, bool data_change = true) {
  AddFile file;
  file.path = path;
  file.data_change = data_change;
  return file;
}

RemoveFile Removed(const std::string& path, bool data_change = true) {
  RemoveFile file;
  file.path = path;
  file.data_change = data_change;
  return file;
}

CommitInfo Info(bool blind) {
  CommitInfo info;
  info.is_blind_append = blind;
  return info;
}

using Actions = std::vector<Action>;

Actions BlindAppend() {
  return {Info(true), Added("w")};
}
// By a writer that does not say whether it is blind.
Actions SilentAppend() {
  return {Added("w")};
}
Actions ReadingAppend() {
  return {Info(false), Added("w")};
}
Actions Update() {
  return {Info(false), Removed("x"), Added("w")};
}
Actions Delete() {
  return {Info(false), Removed("x")};
}
Actions Optimize() {
  return {Info(false), Removed("x", false), Added("w", false)};
}
Actions ChangeMetadata() {
  return {Info(true), Metadata{}};
}
Actions ChangeProtocol() {
  return {Info(true), Protocol{}};
}
Actions Progress() {
  return {Info(true), SetTransaction{"app", 3, {}}};
}

struct Case {
  std::string what;
  CommitIntent ours;
  Actions winner;
  bool conflict = false;
};

// The rows of the matrix in Delta's conflict rules, for what is written today.
std::vector<Case> Cases() {
  CommitIntent append;
  CommitIntent select_append;
  select_append.reads_rows = true;
  CommitIntent strict = select_append;
  strict.serializable = true;
  CommitIntent replace;
  replace.replaces_table = true;
  CommitIntent replace_read = replace;
  replace_read.reads_rows = true;
  CommitIntent alter;
  alter.changes_metadata = true;
  CommitIntent removal;
  removal.removed = {Removed("x")};
  CommitIntent stream;
  stream.app_ids = {"app"};
  return {
      {"append / blind append", append, BlindAppend(), false},
      {"append / update", append, Update(), false},
      {"append / delete", append, Delete(), false},
      {"append / optimize", append, Optimize(), false},
      {"append / metadata", append, ChangeMetadata(), true},
      {"append / protocol", append, ChangeProtocol(), false},
      {"append / progress of another", append, Progress(), false},
      {"insert-select / blind append", select_append, BlindAppend(), false},
      {"insert-select / silent append", select_append, SilentAppend(), true},
      {"insert-select / reading append", select_append, ReadingAppend(), true},
      {"insert-select / update", select_append, Update(), true},
      {"insert-select / delete", select_append, Delete(), true},
      {"insert-select / optimize", select_append, Optimize(), false},
      {"serializable insert-select / blind append", strict, BlindAppend(), true},
      {"overwrite / blind append", replace, BlindAppend(), false},
      {"overwrite / reading append", replace, ReadingAppend(), true},
      {"overwrite / delete", replace, Delete(), true},
      {"overwrite / optimize", replace, Optimize(), false},
      {"overwrite from itself / blind append", replace_read, BlindAppend(), true},
      {"alter / blind append", alter, BlindAppend(), false},
      {"alter / update", alter, Update(), false},
      {"alter / metadata", alter, ChangeMetadata(), true},
      {"alter / protocol", alter, ChangeProtocol(), true},
      {"removal / removal of the same file", removal, Delete(), true},
      {"removal / rearrangement of the same file", removal, Optimize(), true},
      {"removal / append", removal, ReadingAppend(), false},
      {"stream / the same stream", stream, Progress(), true},
      {"stream / append", stream, BlindAppend(), false},
  };
}

TEST(Conflict, FollowsTheMatrix) {
  for (const Case& test : Cases()) {
    EXPECT_EQ(FindConflict(test.ours, test.winner).has_value(), test.conflict) << test.what;
  }
}

}  // namespace
}  // namespace laguna::delta
