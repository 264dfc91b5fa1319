// SPDX-License-Identifier: Apache-2.0
#include "delta/feature_drop.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/table_feature.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

using Names = std::vector<std::string>;

std::string CodeOf(const Snapshot& snapshot, const std::string& feature) {
  try {
    (void)DropFeature(snapshot, feature, 1, "bronze.t");
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

Protocol After(const Snapshot& snapshot, const std::string& feature) {
  return GrowProtocol(snapshot.protocol(), DropFeature(snapshot, feature, 1, "bronze.t").metadata);
}

Metadata With(const std::string& property, const std::string& value) {
  Metadata metadata = SimpleMetadata();
  metadata.configuration[property] = value;
  return metadata;
}

TEST(FeatureDrop, NumbersComeBackWhereTheySuffice) {
  TestLake lake;
  const SnapshotPtr snapshot = lake.Create(With("delta.enableChangeDataFeed", "true"));
  EXPECT_EQ(snapshot->protocol().min_writer_version, 4);
  const Protocol listed = After(*snapshot, "changeDataFeed");
  EXPECT_EQ(listed.min_reader_version, 1);
  EXPECT_EQ(listed.writer_features,
            (Names{"appendOnly", "invariants", "checkConstraints", "generatedColumns"}));
  TestLake plain;
  const Protocol fewer = After(*plain.Create(), "invariants");
  EXPECT_EQ(fewer.min_writer_version, 7);
  EXPECT_EQ(fewer.writer_features, Names{"appendOnly"});
}

TEST(FeatureDrop, WhatReadersMustKnowProtectsOlderVersions) {
  TestLake lake;
  const SnapshotPtr snapshot = lake.Create(With("delta.enableDeletionVectors", "true"));
  const FeatureDrop drop = DropFeature(*snapshot, "deletionVectors", 5, "bronze.t");
  EXPECT_TRUE(drop.needs_checkpoint);
  EXPECT_FALSE(drop.metadata.configuration.contains("delta.enableDeletionVectors"));
  EXPECT_EQ(drop.metadata.configuration.at("delta.requireCheckpointProtectionBeforeVersion"), "5");
  const Protocol after = GrowProtocol(snapshot->protocol(), drop.metadata);
  EXPECT_EQ(after.min_reader_version, 1);
  EXPECT_TRUE(after.reader_features.empty());
  EXPECT_TRUE(Supports(after, "checkpointProtection"));
  EXPECT_TRUE(IsProtected(drop.metadata, 4));
  EXPECT_FALSE(IsProtected(drop.metadata, 5));
  EXPECT_FALSE(IsProtected(snapshot->metadata(), 0));
  const Protocol alone = GrowProtocol(snapshot->protocol(), WithoutProtection(drop));
  EXPECT_EQ(alone, Protocol{});
}

TEST(FeatureDrop, WhatIsUsedOrUnknownIsRefused) {
  TestLake lake;
  const SnapshotPtr snapshot = lake.Create(With("delta.constraints.positive", "id > 0"));
  EXPECT_EQ(CodeOf(*snapshot, "checkConstraints"), "alter.feature_in_use");
  EXPECT_EQ(CodeOf(*snapshot, "deletionVectors"), "alter.no_feature");
  EXPECT_EQ(CodeOf(*snapshot, "deletionVector"), "alter.unknown_feature");
  TestLake tracked;
  EXPECT_EQ(CodeOf(*tracked.Create(With("delta.enableRowTracking", "true")), "rowTracking"),
            "alter.feature_stays");
}

TEST(FeatureDrop, MappedColumnsThatWereDroppedMustNotComeBack) {
  Metadata metadata = With("delta.columnMapping.mode", "name");
  metadata.configuration["delta.columnMapping.maxColumnId"] = "1";
  metadata.schema.fields[0].metadata = {{"delta.columnMapping.id", "1"},
                                        {"delta.columnMapping.physicalName", "\"id\""}};
  TestLake lake;
  lake.Create(metadata);
  const SnapshotPtr whole = lake.Append("a");
  const FeatureDrop drop = DropFeature(*whole, "columnMapping", 2, "bronze.t");
  EXPECT_TRUE(drop.metadata.schema.fields[0].metadata.empty());
  metadata.configuration["delta.columnMapping.maxColumnId"] = "2";
  TestLake other;
  other.Create(metadata);
  EXPECT_EQ(CodeOf(*other.Append("a"), "columnMapping"), "alter.feature_in_use");
}

TEST(FeatureDrop, TracesAreVectorsAndProperties) {
  AddFile file = FileNamed("a");
  EXPECT_FALSE(IsTraceOf("deletionVectors", Action(file)));
  file.deletion_vector.emplace();
  EXPECT_TRUE(IsTraceOf("deletionVectors", Action(file)));
  EXPECT_FALSE(IsTraceOf("typeWidening", Action(file)));
  EXPECT_TRUE(IsTraceOf("deletionVectors", Action(With("delta.enableDeletionVectors", "true"))));
  EXPECT_FALSE(IsTraceOf("deletionVectors", Action(SimpleMetadata())));
}

}  // namespace
}  // namespace laguna::delta
