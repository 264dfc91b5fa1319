// SPDX-License-Identifier: Apache-2.0
#include "delta/cloned_table.h"

#include <gtest/gtest.h>

#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

TEST(ClonedTable, NamesFilesByAbsolutePaths) {
  struct Case {
    std::string path;
    std::string location;
    std::string cloned;
  };
  const Case cases[] = {
      {"p=1/a.parquet", "/lake/bronze/t", "file:/lake/bronze/t/p=1/a.parquet"},
      {"/lake/other/a.parquet", "/lake/bronze/t", "file:/lake/other/a.parquet"},
      {"file:///lake/other/a.parquet", "/lake/bronze/t", "file:/lake/other/a.parquet"},
      {"a.parquet", "s3://bucket/t", "s3://bucket/t/a.parquet"},
      {"s3://bucket/o/a.parquet", "/lake/bronze/t", "s3://bucket/o/a.parquet"},
  };
  for (const Case& test : cases) {
    const AddFile file = FileNamed(test.path);
    const FileTable table = FileTable().With({}, std::span(&file, 1));
    EXPECT_EQ(ClonedFile(table.at(0), test.location, false).path, test.cloned) << test.path;
  }
}

TEST(ClonedTable, KeepsADeletionVectorWhereItLies) {
  AddFile file = FileNamed("a");
  file.deletion_vector = DeletionVectorDescriptor{'u', "ab^-aqEH.-t@S}K{vb[*k^", 4, 40, 6};
  const FileTable table = FileTable().With({}, std::span(&file, 1));
  const AddFile cloned = ClonedFile(table.at(0), "/lake/t", false);
  EXPECT_EQ(cloned.deletion_vector->storage_type, 'p');
  EXPECT_EQ(cloned.deletion_vector->path_or_inline,
            "file:/lake/t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
  EXPECT_EQ(cloned.deletion_vector->offset, 4);
  EXPECT_EQ(cloned.deletion_vector->cardinality, 6);
}

TEST(ClonedTable, TakesRowIdsAlongOnlyWhereTheyMeanSomething) {
  AddFile file = FileNamed("a");
  file.base_row_id = 7;
  file.default_row_commit_version = 2;
  const FileTable table = FileTable().With({}, std::span(&file, 1));
  EXPECT_EQ(ClonedFile(table.at(0), "/t", true).base_row_id, 7);
  EXPECT_FALSE(ClonedFile(table.at(0), "/t", false).base_row_id);
  EXPECT_FALSE(ClonedFile(table.at(0), "/t", false).default_row_commit_version);
}

Metadata Source() {
  Metadata metadata = SimpleMetadata();
  metadata.id = "an-id";
  metadata.created_time_ms = 5;
  metadata.description = "sales";
  metadata.partition_columns = {"id"};
  metadata.schema.fields[0].metadata = {{"comment", "\"the key\""},
                                        {"delta.columnMapping.id", "3"},
                                        {"delta.columnMapping.physicalName", "\"col-1\""}};
  metadata.configuration = {{"delta.columnMapping.mode", "name"},
                            {"delta.columnMapping.maxColumnId", "3"},
                            {"delta.enableInCommitTimestamps", "true"},
                            {"delta.inCommitTimestampEnablementVersion", "2"},
                            {"delta.rowTracking.materializedRowIdColumnName", "_row-id"},
                            {"laguna.pipeline", "materialized view"},
                            {"owner", "finance"}};
  return metadata;
}

TEST(ClonedTable, TakesOverTheDefinitionButNotTheIdentity) {
  const Metadata clone = ClonedDefinition(Source());
  EXPECT_EQ(clone.id, "");
  EXPECT_FALSE(clone.created_time_ms);
  EXPECT_EQ(clone.description, "sales");
  EXPECT_EQ(clone.schema, Source().schema);
  EXPECT_EQ(clone.partition_columns, Source().partition_columns);
  const Properties expected{{"delta.columnMapping.mode", "name"},
                            {"delta.columnMapping.maxColumnId", "3"},
                            {"delta.enableInCommitTimestamps", "true"},
                            {"delta.rowTracking.materializedRowIdColumnName", "_row-id"},
                            {"owner", "finance"}};
  EXPECT_EQ(clone.configuration, expected);
}

TEST(ClonedTable, ATableLikeAnotherMapsItsColumnsAnew) {
  const Metadata like = LikeDefinition(Source());
  const std::vector<MetadataEntry> metadata{{"comment", "\"the key\""}};
  EXPECT_EQ(like.schema.fields[0].metadata, metadata);
  const Properties expected{{"delta.columnMapping.mode", "name"},
                            {"delta.enableInCommitTimestamps", "true"},
                            {"owner", "finance"}};
  EXPECT_EQ(like.configuration, expected);
}

}  // namespace
}  // namespace laguna::delta
