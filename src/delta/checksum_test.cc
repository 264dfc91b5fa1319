// SPDX-License-Identifier: Apache-2.0
#include "delta/checksum.h"

#include <gtest/gtest.h>

#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

using Names = std::vector<std::string>;

Checksum FullChecksum() {
  Checksum checksum;
  checksum.txn_id = "t\"1";
  checksum.total_bytes = 30;
  checksum.file_count = 3;
  checksum.metadata = SimpleMetadata();
  checksum.metadata.id = "m";
  checksum.metadata.configuration = {{"delta.appendOnly", "true"}};
  checksum.protocol = Protocol{3, 7, {"deletionVectors"}, {"deletionVectors", "appendOnly"}};
  checksum.in_commit_timestamp_ms = 1700;
  checksum.transactions = {SetTransaction{"app", 4, 5}, SetTransaction{"other", 1, {}}};
  checksum.domains = {DomainMetadata{"d", "{\"a\":1}", false}};
  checksum.deleted_row_count = 7;
  checksum.deletion_vector_count = 2;
  return checksum;
}

TEST(Checksum, IsReadBack) {
  EXPECT_EQ(ParseChecksum(WriteChecksum(FullChecksum())), FullChecksum());
  Checksum least;
  least.metadata = SimpleMetadata();
  EXPECT_EQ(ParseChecksum(WriteChecksum(least)), least);
}

TEST(Checksum, WhatSparkWritesIsRead) {
  std::optional<Checksum> read = ParseChecksum(
      R"({"txnId":"x","tableSizeBytes":10,"numFiles":1,"numDeletedRecordsOpt":0,)"
      R"("numDeletionVectorsOpt":0,"numMetadata":1,"numProtocol":1,"setTransactions":[],)"
      R"("domainMetadata":[],"metadata":{"id":"m","format":{"provider":"parquet","options":{}},)"
      R"("schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],)"
      R"("configuration":{},"createdTime":1},"protocol":{"minReaderVersion":1,)"
      R"("minWriterVersion":2},"histogramOpt":{"sortedBinBoundaries":[0,8192],)"
      R"("fileCounts":[1,0],"totalBytes":[10,0]},"allFiles":[{"path":"a","partitionValues":{},)"
      R"("size":10,"modificationTime":1,"dataChange":false}]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->file_count, 1);
  EXPECT_EQ(read->metadata.id, "m");
  EXPECT_EQ(read->protocol, Protocol{});
  EXPECT_EQ(read->transactions, std::vector<SetTransaction>{});
}

TEST(Checksum, WhatIsMalformedIsNone) {
  const std::string whole = WriteChecksum(FullChecksum());
  const std::pair<std::string, std::string> breaks[] = {
      {"\"numFiles\":3", "\"numFiles\":\"3\""},
      {"\"numFiles\":3", "\"numFiles\":-3"},
      {"\"numMetadata\":1", "\"numMetadata\":2"},
      {"\"numProtocol\":1,", ""},
      {"\"metadata\":{", "\"metadata\":null,\"x\":{"},
      {"\"id\":\"m\",", ""},
      {"\"minReaderVersion\":3", "\"minReaderVersion\":\"3\""},
      {"\"appId\":\"app\"", "\"appId\":5"},
  };
  for (const auto& [from, to] : breaks) {
    std::string broken = whole;
    size_t place = broken.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    EXPECT_EQ(ParseChecksum(broken.replace(place, from.size(), to)), std::nullopt) << to;
  }
  for (size_t length : {size_t{0}, size_t{1}, whole.size() / 2, whole.size() - 1}) {
    EXPECT_EQ(ParseChecksum(whole.substr(0, length)), std::nullopt) << length;
  }
}

TEST(Checksum, ASnapshotAgreesWithItsOwn) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  lake.PutCommit(2, {SetTransaction{"app", 4, {}}, DomainMetadata{"d", "{}", false}});
  SnapshotPtr snapshot = lake.table.Latest();
  Checksum checksum = ChecksumOf(*snapshot);
  EXPECT_EQ(checksum.file_count, 1);
  EXPECT_EQ(checksum.total_bytes, 10);
  EXPECT_EQ(Differences(checksum, snapshot->state()), Names{});
  std::optional<Checksum> read = ParseChecksum(WriteChecksum(checksum));
  ASSERT_TRUE(read);
  EXPECT_EQ(Differences(*read, snapshot->state()), Names{});
}

TEST(Checksum, DifferencesAreNamed) {
  TestLake lake;
  lake.Create();
  SnapshotPtr snapshot = lake.Append("a");
  const std::pair<void (*)(Checksum&), const char*> cases[] = {
      {[](Checksum& c) { c.file_count = 2; }, "numFiles"},
      {[](Checksum& c) { c.total_bytes = 9; }, "tableSizeBytes"},
      {[](Checksum& c) { c.metadata.id = "other"; }, "metadata"},
      {[](Checksum& c) { c.protocol.min_writer_version = 3; }, "protocol"},
      {[](Checksum& c) {
         c.transactions = {{"app", 1, {}}};
       },
       "setTransactions"},
      {[](Checksum& c) {
         c.domains = {{"d", "", false}};
       },
       "domainMetadata"},
      {[](Checksum& c) { c.deletion_vector_count = 1; }, "numDeletionVectorsOpt"},
      {[](Checksum& c) { c.deleted_row_count = 1; }, "numDeletedRecordsOpt"},
  };
  for (const auto& [change, field] : cases) {
    Checksum checksum = ChecksumOf(*snapshot);
    change(checksum);
    EXPECT_EQ(Differences(checksum, snapshot->state()), Names{field});
  }
  Checksum silent = ChecksumOf(*snapshot);
  silent.transactions.reset();
  silent.domains.reset();
  silent.deleted_row_count.reset();
  silent.deletion_vector_count.reset();
  EXPECT_EQ(Differences(silent, snapshot->state()), Names{});
}

TEST(Checksum, TheOrderOfFeaturesMeansNothing) {
  Snapshot::State state;
  state.protocol = Protocol{3, 7, {"a", "b"}, {"b", "a"}};
  Checksum checksum;
  checksum.protocol = Protocol{3, 7, {"b", "a"}, {"a", "b"}};
  EXPECT_EQ(Differences(checksum, state), Names{});
}

}  // namespace
}  // namespace laguna::delta
