// SPDX-License-Identifier: Apache-2.0
#include "delta/restore_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "delta/deletion_vector_file.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

struct RestoreLake : TestLake {
  CommitOutcome RestoreTo(int64_t version) {
    const SnapshotPtr now = table.Latest();
    const RestorePlan plan = PlanRestore(*now, *table.AtVersion(version));
    Transaction transaction(table, now, clock, random);
    Restore(plan, *now, transaction);
    return transaction.Commit();
  }
  SnapshotPtr Remove(const std::string& path) {
    Transaction transaction(table, table.Latest(), clock, random);
    RemoveFile removal;
    removal.path = path;
    transaction.Remove(removal);
    return std::get<Committed>(transaction.Commit()).snapshot;
  }
  SnapshotPtr Redefine(Metadata metadata) {
    Transaction transaction(table, table.Latest(), clock, random);
    transaction.SetMetadata(std::move(metadata));
    return std::get<Committed>(transaction.Commit()).snapshot;
  }
  std::vector<std::string> Live() {
    auto paths = Paths(table.Latest()->files());
    std::sort(paths.begin(), paths.end());
    return paths;
  }
};

using Names = std::vector<std::string>;

TEST(Restore, BringsBackTheFilesOfThen) {
  RestoreLake lake;
  lake.Create();
  lake.Append("a");
  lake.Append("b");
  lake.Remove("a");
  lake.Append("c");
  const RestorePlan plan = PlanRestore(*lake.table.Latest(), *lake.table.AtVersion(2));
  ASSERT_EQ(plan.restored.size(), 1u);
  EXPECT_EQ(plan.restored[0].path, "a");
  EXPECT_EQ(plan.restored_bytes, 10);
  ASSERT_EQ(plan.removed.size(), 1u);
  EXPECT_EQ(plan.removed[0].path, "c");
  lake.RestoreTo(2);
  EXPECT_EQ(lake.Live(), (Names{"a", "b"}));
  lake.RestoreTo(4);
  EXPECT_EQ(lake.Live(), (Names{"b", "c"}));
  lake.RestoreTo(0);
  EXPECT_EQ(lake.Live(), Names{});
}

TEST(Restore, ChangesNothingWhereNothingChanged) {
  RestoreLake lake;
  lake.Create();
  lake.Append("a");
  lake.Remove("a");
  EXPECT_TRUE(PlanRestore(*lake.table.Latest(), *lake.table.AtVersion(0))
                  .ChangesNothing(*lake.table.Latest()));
}

TEST(Restore, TakesAnotherDeletionVectorForAnotherFile) {
  RestoreLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableDeletionVectors"] = "true";
  lake.Create(metadata);
  lake.Append("a");
  AddFile with_vector = FileNamed("a");
  DeletionVector first_row;
  first_row.Add(0);
  with_vector.deletion_vector = InlineDeletionVector(first_row);
  RemoveFile before;
  before.path = "a";
  lake.PutCommit(2, {before, with_vector});
  const RestorePlan plan = PlanRestore(*lake.table.Latest(), *lake.table.AtVersion(1));
  ASSERT_EQ(plan.restored.size(), 1u);
  EXPECT_FALSE(plan.restored[0].deletion_vector);
  ASSERT_EQ(plan.removed.size(), 1u);
  EXPECT_TRUE(plan.removed[0].deletion_vector);
  lake.RestoreTo(1);
  EXPECT_EQ(lake.table.Latest()->files().deletion_vector_count(), 0u);
  EXPECT_EQ(lake.Live(), Names{"a"});
}

TEST(Restore, BringsBackTheDefinitionUnderTheSameId) {
  RestoreLake lake;
  const SnapshotPtr first = lake.Create();
  Metadata wider = first->metadata();
  wider.schema.fields.push_back({"extra", Primitive::kString, true, {}});
  wider.configuration["delta.appendOnly"] = "true";
  wider.description = "wider";
  lake.Redefine(wider);
  lake.RestoreTo(0);
  EXPECT_EQ(lake.table.Latest()->metadata(), first->metadata());
}

TEST(Restore, NeverGoesBackInWhatOnlyGoesForward) {
  RestoreLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.columnMapping.mode"] = "name";
  metadata.configuration["delta.columnMapping.maxColumnId"] = "1";
  metadata.schema.fields[0].metadata = {{"delta.columnMapping.id", "1"},
                                        {"delta.columnMapping.physicalName", "\"id\""}};
  const SnapshotPtr first = lake.Create(metadata);
  Metadata later = first->metadata();
  later.configuration["delta.columnMapping.maxColumnId"] = "7";
  later.configuration["laguna.note"] = "kept";
  lake.Redefine(later);
  lake.RestoreTo(0);
  const Properties& properties = lake.table.Latest()->metadata().configuration;
  EXPECT_EQ(properties.at("delta.columnMapping.maxColumnId"), "7");
  EXPECT_EQ(properties.at("laguna.note"), "kept");
}

TEST(Restore, ReplacesAllWhereThePartitioningDiffers) {
  RestoreLake lake;
  Metadata two = SimpleMetadata();
  two.schema.fields.push_back({"p", Primitive::kString, true, {}});
  const SnapshotPtr first = lake.Create(two);
  lake.Append("a");
  Transaction replacing(lake.table, lake.table.Latest(), lake.clock, lake.random);
  Metadata partitioned = first->metadata();
  partitioned.partition_columns = {"p"};
  replacing.SetMetadata(partitioned);
  replacing.ReplaceTable();
  AddFile file = FileNamed("p=x/b");
  file.partition_values = {{"p", "x"}};
  replacing.Append(file);
  replacing.Commit();
  EXPECT_EQ(lake.Live(), Names{"p=x/b"});
  lake.RestoreTo(1);
  EXPECT_EQ(lake.Live(), Names{"a"});
  EXPECT_TRUE(lake.table.Latest()->metadata().partition_columns.empty());
}

}  // namespace
}  // namespace laguna::delta
