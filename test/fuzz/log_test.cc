// SPDX-License-Identifier: Apache-2.0
// What lies in a _delta_log besides commits: names, hints, checksums, V2 checkpoints in JSON.
#include <gtest/gtest.h>

#include <optional>
#include <sstream>

#include "base/clock.h"
#include "base/error.h"
#include "delta/checksum.h"
#include "delta/last_checkpoint.h"
#include "delta/log_path.h"
#include "delta/log_segment.h"
#include "delta/table.h"
#include "fuzz/fuzzing.h"
#include "io/store/memory.h"

namespace laguna::test {
namespace {

const std::vector<std::string> kWords{
    "{",    "}",  "[",  "]", ",", ":", "\"", "\\u0000", "null", "true", "-1", "9223372036854775808",
    "\xff", "\n", "1.5"};

const std::string kProtocol = R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})";
const std::string kMetadata =
    R"({"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{"delta.enableInCommitTimestamps":"true"}}})";
const std::string kPlainFiles =
    R"({"add":{"path":"a%20b.parquet","partitionValues":{"p":null,"q":"x"},"size":1,"modificationTime":2,"dataChange":true,"stats":"{\"numRecords\":1}","tags":{"k":"v","n":5}}})"
    "\n"
    R"({"remove":{"path":"c%20d.parquet","deletionTimestamp":1,"dataChange":true}})";
TEST(Fuzz, LastCheckpoint) {
  Fuzz({"last_checkpoint",
        {R"({"version":10,"size":13,"parts":2,"sizeInBytes":30499,"numOfAddFiles":10,"tags":{}})",
         R"({"version":0,"size":2})"},
        kWords,
        [](const std::string& text) {
          std::optional<delta::LastCheckpoint> read = delta::ParseLastCheckpoint(text);
          if (read) {
            EXPECT_EQ(delta::ParseLastCheckpoint(delta::WriteLastCheckpoint(*read)), read);
          }
        }});
}

TEST(Fuzz, Checksum) {
  const std::string metadata = kMetadata.substr(12, kMetadata.size() - 13);
  Fuzz({"checksum",
        {R"({"txnId":"x","tableSizeBytes":10,"numFiles":1,"numMetadata":1,"numProtocol":1,)"
         R"("inCommitTimestampOpt":5,"setTransactions":[{"appId":"a","version":1}],)"
         R"("domainMetadata":[{"domain":"d","configuration":"{}","removed":false}],"metadata":)" +
         metadata + R"(,"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"},
        kWords,
        [](const std::string& text) {
          std::optional<delta::Checksum> read = delta::ParseChecksum(text);
          if (!read) return;
          EXPECT_EQ(delta::ParseChecksum(delta::WriteChecksum(*read)), read);
          static_cast<void>(delta::Differences(*read, {}));
        }});
}

// Whatever is listed, what a segment says holds together.
void CheckSegment(const delta::LogSegment& segment, std::optional<int64_t> wanted) {
  int64_t next = segment.checkpoint ? segment.checkpoint->version + 1 : 0;
  const int64_t first = next;
  for (const delta::LogCommit& commit : segment.commits) EXPECT_EQ(commit.version, next++);
  EXPECT_EQ(segment.version(), next - 1);
  EXPECT_EQ(segment.version(), wanted.value_or(next - 1));
  int64_t behind = first;
  for (const delta::CompactedCommits& file : segment.compacted) {
    EXPECT_GE(file.first, behind);
    EXPECT_GT(file.last, file.first);
    EXPECT_LT(file.last, next);
    behind = file.last + 1;
  }
}

TEST(Fuzz, LogListing) {
  const std::string version = "0000000000000000000";
  Fuzz({"listing",
        {version + "0.json\n" + version + "1.json\n" + version + "2.json\n" + version +
             "1.checkpoint.parquet\n" + version + "0." + version + "2.compacted.json\n" + version +
             "2.crc",
         version + "1.checkpoint.0000000001.0000000002.parquet\n" + version +
             "1.checkpoint.0000000002.0000000002.parquet\n" + version + "2.json\n" + version +
             "2.checkpoint.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json"},
        {version + "3.json\n", "9223372036854775807", ".checkpoint.parquet\n", "\n", "1", "2"},
        [](const std::string& text) {
          std::vector<io::ObjectInfo> objects;
          std::istringstream lines(text);
          for (std::string line; std::getline(lines, line);) {
            objects.push_back({"t/_delta_log/" + line, line.size() % 7, 5, ""});
          }
          const delta::LogListing log = delta::SortLog(objects);
          static_cast<void>(delta::RebuildableVersions(log));
          for (std::optional<int64_t> wanted :
               {std::optional<int64_t>(), std::optional<int64_t>(1), std::optional<int64_t>(2)}) {
            if (auto segment = delta::SegmentTo(log, wanted)) CheckSegment(*segment, wanted);
            try {
              static_cast<void>(delta::FindLogSegment(log, wanted, "t"));
            } catch (const base::Error&) {
            }
          }
        }});
}

struct NoParquet final : delta::ParquetPort {
  [[noreturn]] static void Refuse() {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.checkpoint", "It is no Parquet file.");
  }
  void Read(const delta::ParquetRead&, const std::function<void(const delta::PortBatch&)>&,
            const io::Call&) override {
    Refuse();
  }
  uint64_t Write(const std::string&, std::span<const delta::PortColumn>,
                 const std::function<bool(delta::PortBatch&)>&, const io::Call&) override {
    Refuse();
  }
};

// The text is a commit, a checkpoint and a hint at once; with the checkpoint or without, the table
// opens or says why not.
TEST(Fuzz, LogOfATable) {
  Fuzz({"log",
        {kProtocol + "\n" + kMetadata + "\n" + kPlainFiles,
         R"({"checkpointMetadata":{"version":1}})"
         "\n" +
             kProtocol + "\n" + kMetadata +
             "\n"
             R"({"sidecar":{"path":"s.parquet","sizeInBytes":1,"modificationTime":1}})"},
        kWords,
        [](const std::string& text) {
          base::SystemClock clock;
          io::MemoryObjectStore store(clock);
          NoParquet parquet;
          const std::string log = delta::LogFolder("t");
          store.Put(delta::CommitKey("t", 0), kProtocol + "\n" + kMetadata + "\n");
          store.Put(delta::CommitKey("t", 1), text);
          store.Put(log + "00000000000000000001.crc", text);
          store.Put(delta::LastCheckpointKey("t"), text);
          store.Put(log +
                        "00000000000000000001.checkpoint."
                        "3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json",
                    text);
          static_cast<void>(delta::LogReader(store, "t", &parquet).Load({}, {}));
        }});
}

}  // namespace
}  // namespace laguna::test
