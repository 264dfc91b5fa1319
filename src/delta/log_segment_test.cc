// SPDX-License-Identifier: Apache-2.0
#include "delta/log_segment.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

std::vector<io::ObjectInfo> Listing(const std::vector<std::string>& names) {
  std::vector<io::ObjectInfo> listing;
  for (const std::string& name : names) listing.push_back({"t/_delta_log/" + name, 1, 100, ""});
  return listing;
}

std::string Checkpoint(int64_t version, const std::string& rest = ".checkpoint.parquet") {
  std::string name = CommitName(version);
  return name.substr(0, name.size() - 5) + rest;
}

struct NameCase {
  std::string name;
  LogFile file;
};

TEST(LogPath, NamesAreReadOnce) {
  const std::string uuid = "3a0d65cd-4056-49b8-937b-95f9e3ee90e5";
  const NameCase cases[] = {
      {CommitName(7), {LogFileKind::kCommit, 7, 0, 0, 0, false}},
      {Checkpoint(7), {LogFileKind::kClassicCheckpoint, 7, 0, 0, 0, false}},
      {Checkpoint(7, ".checkpoint.0000000002.0000000003.parquet"),
       {LogFileKind::kMultiPartCheckpoint, 7, 0, 2, 3, false}},
      {Checkpoint(7, ".checkpoint." + uuid + ".json"),
       {LogFileKind::kUuidCheckpoint, 7, 0, 0, 0, true}},
      {Checkpoint(7, ".checkpoint." + uuid + ".parquet"),
       {LogFileKind::kUuidCheckpoint, 7, 0, 0, 0, false}},
      {Checkpoint(7, ".00000000000000000009.compacted.json"),
       {LogFileKind::kCompactedCommit, 7, 9, 0, 0, false}},
      {Checkpoint(7, ".crc"), {LogFileKind::kChecksum, 7, 0, 0, 0, false}},
      {"_last_checkpoint", {LogFileKind::kLastCheckpoint, 0, 0, 0, 0, false}},
      {"7.json", {}},
      {"0000000000000000000x.json", {}},
      {"99999999999999999999.json", {}},
      {CommitName(7) + ".tmp", {}},
      {Checkpoint(7, ".00000000000000000007.compacted.json"), {}},
      {Checkpoint(7, ".checkpoint.0000000004.0000000003.parquet"), {}},
      {"." + CommitName(7) + ".crc", {}},
  };
  for (const NameCase& test : cases) EXPECT_EQ(ParseLogFileName(test.name), test.file) << test.name;
}

struct SegmentCase {
  std::string what;
  std::vector<std::string> names;
  std::optional<int64_t> wanted;
  // The version found, or the code of the error.
  std::optional<int64_t> version;
  std::string code;
};

TEST(LogSegment, CommitsFromZeroOrAReason) {
  const std::string c0 = CommitName(0);
  const std::string c1 = CommitName(1);
  const std::string c2 = CommitName(2);
  const SegmentCase cases[] = {
      {"nothing", {}, {}, {}, ""},
      {"only leftovers", {"_last_checkpoint", "x.tmp"}, {}, {}, ""},
      {"all commits", {c0, c1, c2}, {}, 2, ""},
      {"an older version", {c0, c1, c2}, 1, 1, ""},
      {"a version to come", {c0, c1, c2}, 3, {}, "delta.version"},
      {"a negative version", {c0}, -1, {}, "delta.version"},
      {"a gap", {c0, c2}, {}, {}, "delta.log_gap"},
      {"a version before the gap", {c0, c2}, 0, 0, ""},
      {"no beginning", {c1, c2}, {}, {}, "delta.log_gap"},
      {"a checkpoint nobody needs", {c0, Checkpoint(1), c1, c2}, {}, 2, ""},
      {"a checkpoint for the beginning", {Checkpoint(1), c1, c2}, {}, {}, "delta.checkpoint_read"},
      {"a checkpoint without its commit", {c0, Checkpoint(1)}, {}, {}, "delta.checkpoint_read"},
      {"a gap behind the checkpoint", {Checkpoint(0), c2}, {}, {}, "delta.log_gap"},
      {"half a checkpoint",
       {Checkpoint(1, ".checkpoint.0000000001.0000000002.parquet"), c1, c2},
       {},
       {},
       "delta.log_gap"},
  };
  for (const SegmentCase& test : cases) {
    std::optional<int64_t> version;
    std::string code;
    try {
      auto segment = FindLogSegment(Listing(test.names), test.wanted, "t");
      if (segment) version = segment->version();
    } catch (const base::Error& error) {
      code = error.code();
    }
    EXPECT_EQ(version, test.version) << test.what;
    EXPECT_EQ(code, test.code) << test.what;
  }
}

TEST(LogSegment, TheMissingFileIsNamed) {
  try {
    (void)FindLogSegment(Listing({CommitName(0), CommitName(2)}), std::nullopt, "t");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
    EXPECT_NE(error.sentence().find("00000000000000000001.json"), std::string::npos);
  }
}

TEST(LogSegment, TimesNeverGoBack) {
  std::vector<io::ObjectInfo> listing = Listing({CommitName(0), CommitName(1), CommitName(2)});
  listing[1].modified_ms = 50;
  listing[2].modified_ms = 200;
  std::vector<LogCommit> commits = ListedCommits(listing);
  EXPECT_EQ(commits[0].timestamp_ms, 100);
  EXPECT_EQ(commits[1].timestamp_ms, 101);
  EXPECT_EQ(commits[2].timestamp_ms, 200);
}

}  // namespace
}  // namespace laguna::delta
