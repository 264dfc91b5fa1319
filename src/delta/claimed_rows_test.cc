// SPDX-License-Identifier: Apache-2.0
#include "delta/claimed_rows.h"

#include <gtest/gtest.h>

#include "delta/deletion_vector_file.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

DeletionVector Rows(std::initializer_list<uint64_t> positions) {
  DeletionVector rows;
  for (const uint64_t position : positions) rows.Add(position);
  return rows;
}

// A file of so many rows.
AddFile File(const std::string& path, int records, std::initializer_list<uint64_t> deleted = {}) {
  AddFile file = FileNamed(path);
  file.statistics_json = R"({"numRecords":)" + std::to_string(records) + "}";
  if (deleted.size() > 0) file.deletion_vector = InlineDeletionVector(Rows(deleted));
  return file;
}

// Files of the table are called by one letter and have ten rows. Row n of file x is found as row
// n + 1 of the first file it is looked for in, unless it is row 9.
std::optional<RowClaims> FindOneFurther(std::span<const OldRows> old,
                                        std::span<const AddFile> files) {
  RowClaims found;
  for (const OldRows& gone : old) {
    for (uint64_t row = 0; row < 10; ++row) {
      RowClaim& claim = found[files.front().path];
      if (gone.rows.deleted.Contains(row)) claim.deleted.Add(row + 1);
      if (gone.rows.depended_on.Contains(row)) claim.depended_on.Add(row + 1);
      const bool is_wanted = gone.rows.deleted.Contains(row) || gone.rows.depended_on.Contains(row);
      if (is_wanted && row == 9) return std::nullopt;
    }
  }
  return found;
}

SnapshotPtr TableOf(const std::vector<AddFile>& files) {
  Snapshot::State state;
  state.metadata = SimpleMetadata();
  state.files = FileTable().With({}, files);
  return std::make_shared<const Snapshot>(std::move(state));
}

struct Winner {
  std::vector<AddFile> added;
  std::vector<std::string> removed;
  bool data_change = false;
};

std::optional<std::string> Meet(ClaimedRows& claims, const Winner& winner) {
  std::vector<AddFile> added = winner.added;
  std::vector<RemoveFile> removed;
  for (const std::string& path : winner.removed) removed.emplace_back().path = path;
  FileActions files;
  for (AddFile& file : added) {
    file.data_change = winner.data_change;
    files.added[file.path] = &file;
  }
  for (RemoveFile& file : removed) {
    file.data_change = winner.data_change;
    files.removed[file.path] = &file;
  }
  return claims.Meet(files);
}

ClaimedRows ClaimsOf(ClaimedRows::Plan plan) {
  plan.read = TableOf({File("a", 10), File("b", 10, {0})});
  return {std::move(plan), [](const DeletionVectorDescriptor& vector) {
            TestLake lake;
            return LoadDeletionVector(lake.store, "bronze/t", vector);
          }};
}

ClaimedRows::Plan Deleting(std::initializer_list<uint64_t> rows) {
  ClaimedRows::Plan plan;
  plan.rows["a"].deleted = Rows(rows);
  plan.marks_rows = true;
  plan.find = FindOneFurther;
  return plan;
}

ClaimedRows::Plan Removing(std::set<std::string> files) {
  ClaimedRows::Plan plan;
  plan.removed = std::move(files);
  plan.marks_rows = true;
  plan.find = FindOneFurther;
  return plan;
}

using Left = std::set<std::string>;

TEST(ClaimedRows, FollowTheirRowsIntoFilesWrittenAnew) {
  ClaimedRows claims = ClaimsOf(Deleting({2, 4}));
  EXPECT_FALSE(Meet(claims, {{File("w", 19, {7})}, {"a", "b"}}));
  EXPECT_EQ(claims.left(), Left{"a"});
  EXPECT_EQ(claims.rows().at("w").deleted, Rows({3, 5}));
  EXPECT_EQ(claims.moved().at("w").deleted, Rows({7}));
  // And on.
  EXPECT_FALSE(Meet(claims, {{File("x", 18)}, {"w"}}));
  EXPECT_EQ(claims.left(), (Left{"a", "w"}));
  EXPECT_EQ(claims.rows().at("x").deleted, Rows({4, 6}));
  EXPECT_EQ(claims.moved().count("w"), 0U);
  // Somebody deletes another row of that file, then one of the same.
  EXPECT_FALSE(Meet(claims, {{File("x", 18, {1})}, {"x"}, true}));
  EXPECT_EQ(claims.moved().at("x").deleted, Rows({1}));
  EXPECT_TRUE(Meet(claims, {{File("x", 18, {1, 6})}, {"x"}, true}));
}

TEST(ClaimedRows, WhatIsNotFoundIsAConflict) {
  ClaimedRows::Plan blind = Deleting({2});
  blind.find = {};
  ClaimedRows::Plan half = Deleting({2, 4});
  half.find = [](std::span<const OldRows>, std::span<const AddFile> files) {
    return RowClaims{{files.front().path, {Rows({1}), {}}}};
  };
  ClaimedRows::Plan without_vectors = Deleting({2});
  without_vectors.marks_rows = false;
  struct Case {
    std::string what;
    ClaimedRows::Plan plan;
    Winner winner;
    bool conflict = true;
  };
  const Case cases[] = {
      {"found", Deleting({2}), {{File("w", 10)}, {"a"}}, false},
      {"another file", Deleting({2}), {{File("w", 10)}, {"b"}}, false},
      {"not found", Deleting({9}), {{File("w", 10)}, {"a"}}},
      {"half of them found", half, {{File("w", 10)}, {"a"}}},
      {"nobody to ask", blind, {{File("w", 10)}, {"a"}}},
      {"data changed", Deleting({2}), {{File("w", 10)}, {"a"}, true}},
      {"a file that does not say how many rows it has", Deleting({2}), {{FileNamed("w")}, {"a"}}},
      {"no vectors", without_vectors, {{File("w", 10)}, {"a"}}},
  };
  for (Case test : cases) {
    if (!test.winner.added.empty() && test.what.starts_with("a file that")) {
      test.winner.added[0].statistics_json.clear();
    }
    ClaimedRows claims = ClaimsOf(std::move(test.plan));
    EXPECT_EQ(Meet(claims, test.winner).has_value(), test.conflict) << test.what;
  }
}

TEST(ClaimedRows, RowsThatWereNeededAreFoundToo) {
  ClaimedRows::Plan plan = Deleting({});
  plan.rows["a"].depended_on = Rows({3});
  ClaimedRows claims = ClaimsOf(std::move(plan));
  EXPECT_FALSE(Meet(claims, {{File("w", 10)}, {"a"}}));
  EXPECT_TRUE(claims.moved().empty());
  EXPECT_FALSE(Meet(claims, {{File("w", 10, {3})}, {"w"}, true}));
  EXPECT_TRUE(Meet(claims, {{File("w", 10, {3, 4})}, {"w"}, true}));
}

TEST(ClaimedRows, AFileThatGoesIsAClaimOnAllItsRows) {
  ClaimedRows::Plan plan = Removing({"a"});
  std::vector<DeletionVector> asked;
  plan.find = [&](std::span<const OldRows> old, std::span<const AddFile> files) {
    for (const OldRows& rows : old) asked.push_back(rows.rows.deleted);
    return RowClaims{{files.front().path, {old.front().rows.deleted, {}}}};
  };
  ClaimedRows claims = ClaimsOf(std::move(plan));
  EXPECT_FALSE(Meet(claims, {{File("w", 19)}, {"a", "b"}}));
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].Cardinality(), 10U);
  EXPECT_EQ(claims.rows().at("w").deleted.Cardinality(), 10U);
  // Rows that others delete of it are ours.
  EXPECT_TRUE(Meet(claims, {{File("w", 19, {4})}, {"w"}, true}));
}

TEST(ClaimedRows, WhatIsMadeOfNothingElseGoesUnread) {
  ClaimedRows::Plan plan = Removing({"a", "b"});
  plan.marks_rows = false;
  plan.find = [](std::span<const OldRows>, std::span<const AddFile>) {
    ADD_FAILURE() << "nobody needs to look";
    return std::nullopt;
  };
  ClaimedRows claims = ClaimsOf(std::move(plan));
  EXPECT_FALSE(Meet(claims, {{File("w", 12), File("x", 8, {2})}, {"a", "b"}}));
  EXPECT_EQ(claims.rows().at("w").deleted.Cardinality(), 12U);
  EXPECT_EQ(claims.rows().at("x").deleted.Cardinality(), 7U);
  EXPECT_EQ(claims.left(), (Left{"a", "b"}));
}

TEST(ClaimedRows, RowsAreLookedForInTheirPartition) {
  const auto in = [](AddFile file, const std::string& value) {
    file.partition_values["p"] = value;
    return file;
  };
  ClaimedRows::Plan plan = Deleting({2});
  std::vector<std::string> looked_in;
  plan.find = [&](std::span<const OldRows> old, std::span<const AddFile> files) {
    for (const AddFile& file : files) looked_in.push_back(file.path);
    return FindOneFurther(old, files);
  };
  plan.read = TableOf({in(File("a", 10), "1"), in(File("b", 10), "2")});
  ClaimedRows claims(std::move(plan), {});
  EXPECT_FALSE(Meet(claims, {{in(File("v", 10), "2"), in(File("w", 10), "1")}, {"a", "b"}}));
  EXPECT_EQ(looked_in, std::vector<std::string>{"w"});
}

}  // namespace
}  // namespace laguna::delta
