// SPDX-License-Identifier: Apache-2.0
#include "delta/commit_changes.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

AddFile Add(const std::string& path, const std::string& vector = "") {
  AddFile file;
  file.path = path;
  if (!vector.empty()) file.deletion_vector = {'u', vector, 1, 34, 1};
  return file;
}

RemoveFile Remove(const std::string& path, const std::string& vector = "") {
  RemoveFile file;
  file.path = path;
  file.extended_file_metadata = true;
  if (!vector.empty()) file.deletion_vector = {'u', vector, 1, 34, 1};
  return file;
}

CommitInfo Operation(const std::string& name, Properties parameters = {}) {
  CommitInfo info;
  info.operation = name;
  info.operation_parameters = std::move(parameters);
  return info;
}

// "+a" inserted file, "-a" deleted, "-a[y-x]" the rows in vector y and not in x.
std::vector<std::string> Told(const std::vector<Action>& actions) {
  std::vector<std::string> told;
  for (const FileChange& change : ChangesOf(actions).files) {
    std::string text = (change.kind == ChangeKind::kInsert ? "+" : "-") + change.file.path;
    if (change.rows) {
      const auto& not_in = change.rows->not_in;
      text +=
          "[" + change.rows->in.path_or_inline + "-" + (not_in ? not_in->path_or_inline : "") + "]";
    }
    told.push_back(text);
  }
  return told;
}

using Texts = std::vector<std::string>;

TEST(CommitChanges, AddsInsertAndRemovesDelete) {
  EXPECT_EQ(Told({Add("a"), Remove("b"), Add("c")}), (Texts{"+a", "+c", "-b"}));
}

TEST(CommitChanges, AVectorThatGrowsDeletesTheDifference) {
  EXPECT_EQ(Told({Remove("a"), Add("a", "x")}), (Texts{"-a[x-]"}));
  EXPECT_EQ(Told({Add("a", "y"), Remove("a", "x")}), (Texts{"-a[y-x]", "+a[x-y]"}));
  EXPECT_EQ(Told({Remove("a", "x"), Add("a")}), (Texts{"+a[x-]"}));
  EXPECT_EQ(Told({Remove("a", "x"), Add("a", "x")}), Texts{});
  EXPECT_EQ(Told({Remove("file:/t/a"), Add("/t/a", "x")}), (Texts{"-/t/a[x-]"}));
}

TEST(CommitChanges, WhatMovesRowsOnlyChangesNothing) {
  AddFile add = Add("b");
  RemoveFile remove = Remove("a");
  add.data_change = remove.data_change = false;
  EXPECT_EQ(Told({add, remove}), Texts{});
}

TEST(CommitChanges, ChangeDataFilesAreAllThereIsToSay) {
  AddCdcFile file;
  file.path = "_change_data/1";
  const CommitChanges changes = ChangesOf(std::vector<Action>{Remove("a"), file, Add("b")});
  EXPECT_EQ(changes.change_data_files.size(), 1U);
  EXPECT_TRUE(changes.files.empty());
  EXPECT_FALSE(changes.may_rewrite_rows);
}

struct Rewriting {
  const char* name;
  std::vector<Action> actions;
  bool expected;
};

TEST(CommitChanges, KnowsWhatMayHaveWrittenRowsAnew) {
  const Properties predicate = {{"predicate", "\"a > 1\""}};
  const std::vector<Rewriting> cases = {
      {"update", {Operation("UPDATE"), Remove("a"), Add("b")}, true},
      {"nobody says", {Remove("a"), Add("b")}, true},
      {"replaceWhere", {Operation("WRITE", predicate), Remove("a"), Add("b")}, true},
      {"overwrite", {Operation("WRITE"), Remove("a"), Add("b")}, false},
      {"append", {Operation("MERGE"), Add("b")}, false},
      {"delete of files", {Operation("DELETE"), Remove("a")}, false},
      {"by vectors", {Operation("UPDATE"), Remove("a"), Add("a", "x")}, false},
      {"by vectors, new rows", {Operation("UPDATE"), Remove("a"), Add("a", "x"), Add("b")}, false},
  };
  for (const Rewriting& each : cases) {
    EXPECT_EQ(ChangesOf(each.actions).may_rewrite_rows, each.expected) << each.name;
  }
}

TEST(CommitChanges, NotesARemoveWithoutPartitionValues) {
  RemoveFile bare = Remove("a");
  bare.extended_file_metadata = false;
  const CommitChanges changes = ChangesOf(std::vector<Action>{bare, Remove("b")});
  ASSERT_EQ(changes.files.size(), 2U);
  EXPECT_TRUE(changes.files[0].lacks_partition_values);
  EXPECT_FALSE(changes.files[1].lacks_partition_values);
}

}  // namespace
}  // namespace laguna::delta
