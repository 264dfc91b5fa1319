// SPDX-License-Identifier: Apache-2.0
// Transactions that delete rows of files that stay.
#include <gtest/gtest.h>

#include "delta/conflict.h"
#include "delta/row_deletion_for_test.h"
#include "delta/transaction.h"
#include "io/object_store.h"

namespace laguna::delta {
namespace {

using PathList = std::vector<std::string>;

TEST(Transaction, DeletesRowsOfFilesThatStay) {
  TestLake lake;
  lake.Create(WithVectors());
  lake.Append("a");
  for (const uint64_t row : {3, 5}) {
    Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
    Delete(transaction, "a", Rows({row}), lake);
    EXPECT_FALSE(transaction.IsBlindAppend());
    ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  }
  EXPECT_EQ(DeletedRows(lake, "a"), Rows({3, 5}));
  EXPECT_EQ(Paths(lake.table.Latest()->files()), (PathList{"a"}));
  const auto commit = lake.table.ReadCommit(3);
  const auto& removal = std::get<RemoveFile>(commit->actions.at(1));
  EXPECT_EQ(removal.deletion_vector, InlineDeletionVector(Rows({3})));
}

DeletionVector Range(uint64_t start, uint64_t count) {
  DeletionVector rows;
  for (uint64_t i = 0; i < count; ++i) rows.Add(start + 3 * i);
  return rows;
}

struct OverlapCase {
  std::string what;
  DeletionVector theirs;
  DeletionVector ours;
  bool committed = true;
};

TEST(Transaction, RowsOfOneFileAreDeletedSideBySide) {
  const OverlapCase cases[] = {
      {"few rows", Rows({1}), Rows({2}), true},
      {"many rows", Range(0, 1000), Range(1, 1000), true},
      {"the same row", Rows({1, 2}), Rows({2, 3}), false},
      {"many rows, one in both", Range(0, 1000), Range(300, 1), false},
  };
  for (const OverlapCase& test : cases) {
    TestLake lake;
    lake.Create(WithVectors());
    const SnapshotPtr read = AppendRows(lake, "a", 10'000);
    Transaction ours(lake.table, read, lake.clock, lake.random);
    Delete(ours, "a", test.ours, lake);
    Transaction theirs(lake.table, read, lake.clock, lake.random);
    Delete(theirs, "a", test.theirs, lake);
    ASSERT_TRUE(std::holds_alternative<Committed>(theirs.Commit()));
    AppendRows(lake, "b", 5);
    EXPECT_EQ(std::holds_alternative<Committed>(ours.Commit()), test.committed) << test.what;
    EXPECT_EQ(DeletedRows(lake, "a"),
              test.committed ? DeletionVector::Union(test.ours, test.theirs) : test.theirs)
        << test.what;
    const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
    EXPECT_EQ(latest->files().size(), 2U) << "the winner's entry went";
    EXPECT_FALSE(latest->files().at(1).HasTightBounds() && test.committed);
  }
}

TEST(Transaction, NoVectorIsLeftThatNobodyNeeds) {
  TestLake lake;
  lake.Create(WithVectors());
  const SnapshotPtr read = AppendRows(lake, "a", 10'000);
  auto vector_files = [&] {
    size_t count = 0;
    for (const io::ObjectInfo& object : io::ListAll(lake.store, "bronze/t/")) {
      if (object.key.find("deletion_vector_") != std::string::npos) ++count;
    }
    return count;
  };
  // Each attempt is overtaken by one more.
  Transaction lost(lake.table, read, lake.clock, lake.random);
  Delete(lost, "a", Rows({2}), lake);
  Transaction won(lake.table, read, lake.clock, lake.random);
  Delete(won, "a", Rows({4}), lake);
  for (const auto& rows : {Range(0, 1000), Rows({2})}) {
    Transaction other(lake.table, lake.table.Latest(), lake.clock, lake.random);
    Delete(other, "a", rows, lake);
    ASSERT_TRUE(std::holds_alternative<Committed>(other.Commit()));
  }
  EXPECT_TRUE(std::holds_alternative<Lost>(lost.Commit()));
  EXPECT_EQ(vector_files(), 0U) << "the test writes its own inline";
  EXPECT_TRUE(std::holds_alternative<Committed>(won.Commit()));
  EXPECT_EQ(vector_files(), 1U);
}

TEST(Transaction, AFileWhoseLastRowsGoIsRemoved) {
  TestLake lake;
  lake.Create(WithVectors());
  const SnapshotPtr read = AppendRows(lake, "a", 2);
  Transaction first(lake.table, read, lake.clock, lake.random);
  Delete(first, "a", Rows({0}), lake);
  Transaction second(lake.table, read, lake.clock, lake.random);
  Delete(second, "a", Rows({1}), lake);
  ASSERT_TRUE(std::holds_alternative<Committed>(first.Commit()));
  ASSERT_TRUE(std::holds_alternative<Committed>(second.Commit()));
  EXPECT_TRUE(Table(lake.store, "bronze/t", lake.clock).Latest()->files().empty());
}

TEST(Transaction, VectorsThatARebaseReplacesAreTold) {
  TestLake lake;
  lake.Create(WithVectors());
  AppendRows(lake, "a", 100);
  const SnapshotPtr read = AppendRows(lake, "b", 100);
  Transaction ours(lake.table, read, lake.clock, lake.random);
  std::vector<std::string> files;
  for (const char* path : {"a", "b"}) {
    DeletionVectorFileBuilder builder(base::MakeUuid(lake.random));
    AddFile file = FileNamed(path);
    file.statistics_json = R"({"numRecords":100,"tightBounds":false})";
    file.deletion_vector = builder.Add(Rows({7}));
    lake.store.Put("bronze/t/" + builder.path(), builder.bytes());
    files.push_back(builder.path());
    ours.DeleteRows(file, "", Rows({7}));
  }
  Transaction theirs(lake.table, read, lake.clock, lake.random);
  Delete(theirs, "b", Rows({8}), lake);
  ASSERT_TRUE(std::holds_alternative<Committed>(theirs.Commit()));
  const CommitOutcome outcome = ours.Commit();
  ASSERT_TRUE(std::holds_alternative<Committed>(outcome));
  EXPECT_EQ(std::get<Committed>(outcome).unused_vector_files, PathList{files[1]});
  EXPECT_EQ(DeletedRows(lake, "a"), Rows({7}));
  EXPECT_EQ(DeletedRows(lake, "b"), Rows({7, 8}));
}

// --- Files that others write anew meanwhile ---

// Without a change of data, as OPTIMIZE does.
void WriteAnew(TestLake& lake, const PathList& inputs, const std::string& output, int rows) {
  Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
  for (const std::string& path : inputs) {
    RemoveFile removal;
    removal.path = path;
    removal.data_change = false;
    transaction.Remove(removal);
  }
  AddFile file = FileNamed(output);
  file.statistics_json = R"({"numRecords":)" + std::to_string(rows) + "}";
  file.data_change = false;
  transaction.Append(std::move(file));
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
}

FindRows FoundIn(const std::string& path, const DeletionVector& rows) {
  return [path, rows](std::span<const OldRows>, std::span<const AddFile>) {
    return RowClaims{{path, {rows, {}}}};
  };
}

TEST(Transaction, RowsAreDeletedWhereTheyAreNow) {
  TestLake lake;
  lake.Create(WithVectors());
  AppendRows(lake, "a", 10);
  const SnapshotPtr read = AppendRows(lake, "b", 10);
  Transaction ours(lake.table, read, lake.clock, lake.random);
  Delete(ours, "a", Rows({3}), lake);
  ours.FindRowsBy(FoundIn("w", Rows({13})));
  WriteAnew(lake, {"a", "b"}, "w", 20);
  ASSERT_TRUE(std::holds_alternative<Committed>(ours.Commit()));
  EXPECT_EQ(DeletedRows(lake, "w"), Rows({13}));
  const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  EXPECT_EQ(Paths(latest->files()), PathList{"w"});
  EXPECT_FALSE(latest->files().at(0).HasTightBounds());
  const auto commit = lake.table.ReadCommit(latest->version());
  EXPECT_TRUE(std::get<RemoveFile>(commit->actions.at(1)).data_change);
  EXPECT_TRUE(std::get<AddFile>(commit->actions.at(2)).data_change);
}

TEST(Transaction, WithoutASearchFilesWrittenAnewAreAConflict) {
  TestLake lake;
  lake.Create(WithVectors());
  Transaction ours(lake.table, AppendRows(lake, "a", 10), lake.clock, lake.random);
  Delete(ours, "a", Rows({3}), lake);
  WriteAnew(lake, {"a"}, "w", 10);
  EXPECT_TRUE(std::holds_alternative<Lost>(ours.Commit()));
}

TEST(Transaction, AFileThatGoesTakesAlongWhatBecameOfIt) {
  for (const bool has_vectors : {true, false}) {
    TestLake lake;
    lake.Create(has_vectors ? WithVectors() : SimpleMetadata());
    Transaction ours(lake.table, AppendRows(lake, "a", 10), lake.clock, lake.random);
    RemoveFile removal;
    removal.path = "a";
    ours.Remove(removal);
    ours.Append(FileNamed("new"));
    ours.FindRowsBy({FoundIn("nowhere", {})});
    WriteAnew(lake, {"a"}, "w", 10);
    ASSERT_TRUE(std::holds_alternative<Committed>(ours.Commit()));
    EXPECT_EQ(Paths(Table(lake.store, "bronze/t", lake.clock).Latest()->files()), PathList{"new"});
  }
}

TEST(Transaction, VectorsOfFilesThatAreGoneAreTold) {
  TestLake lake;
  lake.Create(WithVectors());
  const SnapshotPtr read = AppendRows(lake, "a", 100);
  Transaction ours(lake.table, read, lake.clock, lake.random);
  DeletionVectorFileBuilder builder(base::MakeUuid(lake.random));
  AddFile file = read->files().at(0).ToAddFile();
  file.deletion_vector = builder.Add(Rows({7}));
  lake.store.Put("bronze/t/" + builder.path(), builder.bytes());
  ours.DeleteRows(file, "", Rows({7}));
  ours.FindRowsBy(FoundIn("w", Rows({8})));
  WriteAnew(lake, {"a"}, "w", 100);
  const CommitOutcome outcome = ours.Commit();
  ASSERT_TRUE(std::holds_alternative<Committed>(outcome));
  EXPECT_EQ(std::get<Committed>(outcome).unused_vector_files, PathList{builder.path()});
}

}  // namespace
}  // namespace laguna::delta
