// SPDX-License-Identifier: Apache-2.0
#include "delta/log_segment.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

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
      {CommitName(std::numeric_limits<int64_t>::max()), {}},
      {Checkpoint(std::numeric_limits<int64_t>::max()), {}},
      {Checkpoint(7, ".09223372036854775807.compacted.json"), {}},
      {CommitName(7) + ".tmp", {}},
      {Checkpoint(7, ".00000000000000000007.compacted.json"), {}},
      {Checkpoint(7, ".checkpoint.0000000004.0000000003.parquet"), {}},
      {"." + CommitName(7) + ".crc", {}},
  };
  for (const NameCase& test : cases) EXPECT_EQ(ParseLogFileName(test.name), test.file) << test.name;
}

// "c<first>", "p<first>.<last>" and so on: the files a segment reads, in short.
std::string Described(const LogSegment& segment) {
  std::string out;
  if (segment.checkpoint) {
    const std::string& key = segment.checkpoint->parts.front().key;
    out += fmt::format("{}@{}x{} ", key.substr(key.find('.') + 1).substr(0, 14),
                       segment.checkpoint->version, segment.checkpoint->parts.size());
  }
  if (!segment.commits.empty()) {
    out += fmt::format("{}-{}", segment.commits.front().version, segment.commits.back().version);
  }
  for (const CompactedCommits& file : segment.compacted) {
    out += fmt::format(" [{}-{}]", file.first, file.last);
  }
  return out;
}

struct SegmentCase {
  std::string what;
  std::vector<std::string> names;
  std::optional<int64_t> wanted;
  // What is read, or the code of the error.
  std::string expected;
};

std::vector<std::string> Commits(int64_t first, int64_t last) {
  std::vector<std::string> names;
  for (int64_t version = first; version <= last; ++version) names.push_back(CommitName(version));
  return names;
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string Compacted(int64_t first, int64_t last) {
  return Checkpoint(first, fmt::format(".{:020}.compacted.json", last));
}

std::string Part(int64_t version, int part, int parts) {
  return Checkpoint(version, fmt::format(".checkpoint.{:010}.{:010}.parquet", part, parts));
}

std::string Uuid(int64_t version, const std::string& ending, char digit = '3') {
  return Checkpoint(
      version, fmt::format(".checkpoint.{}a0d65cd-4056-49b8-937b-95f9e3ee90e5.{}", digit, ending));
}

std::string SegmentOrCode(const std::vector<std::string>& names, std::optional<int64_t> wanted) {
  try {
    std::optional<LogSegment> segment = FindLogSegment(SortLog(Listing(names)), wanted, "t");
    return segment ? Described(*segment) : "nothing";
  } catch (const base::Error& error) {
    return error.code();
  }
}

TEST(LogSegment, WhatIsReadOrWhyNot) {
  const std::vector<std::string> all = Commits(0, 2);
  const std::vector<std::string> cleaned = Commits(5, 9) + std::vector{Checkpoint(6)};
  const SegmentCase cases[] = {
      {"nothing", {}, {}, "nothing"},
      {"only leftovers", {"_last_checkpoint", "x.tmp"}, {}, "nothing"},
      {"all commits", all, {}, "0-2"},
      {"an older version", all, 1, "0-1"},
      {"a version to come", all, 3, "delta.version"},
      {"a negative version", all, -1, "delta.version"},
      {"a gap", {CommitName(0), CommitName(2)}, {}, "delta.log_gap"},
      {"a version before the gap", {CommitName(0), CommitName(2)}, 0, "0-0"},
      {"no beginning", Commits(1, 2), {}, "delta.log_gap"},
      {"no beginning, an old version", Commits(1, 2), 0, "delta.log_gap"},

      {"a checkpoint", all + std::vector{Checkpoint(1)}, {}, "checkpoint.par@1x1 2-2"},
      {"the newest", all + std::vector{Checkpoint(0), Checkpoint(1)}, {}, "checkpoint.par@1x1 2-2"},
      {"a checkpoint of the version", all + std::vector{Checkpoint(2)}, {}, "checkpoint.par@2x1 "},
      {"one without its commit", {CommitName(0), Checkpoint(1)}, {}, "checkpoint.par@1x1 "},
      {"one alone", {Checkpoint(7)}, {}, "checkpoint.par@7x1 "},
      {"one alone, before it", {Checkpoint(7)}, 6, "delta.version"},
      {"one alone, behind it", {Checkpoint(7)}, 8, "delta.version"},
      {"a later one", all + std::vector{Checkpoint(2)}, 1, "0-1"},
      {"a later and an older one", all + std::vector{Checkpoint(0), Checkpoint(2)}, 1,
       "checkpoint.par@0x1 1-1"},
      {"a gap behind it", {Checkpoint(0), CommitName(2)}, {}, "delta.log_gap"},
      {"a gap before it",
       {CommitName(0), CommitName(3), Checkpoint(2)},
       {},
       "checkpoint.par@2x1 3-3"},
      {"before a gap behind it",
       {CommitName(0), Checkpoint(1), CommitName(3)},
       1,
       "checkpoint.par@1x1 "},

      {"cleaned up", cleaned, {}, "checkpoint.par@6x1 7-9"},
      {"cleaned up, the oldest", cleaned, 6, "checkpoint.par@6x1 "},
      {"cleaned up, too old", cleaned, 5, "delta.version"},
      {"cleaned up, long gone", cleaned, 0, "delta.version"},

      {"all parts", all + std::vector{Part(1, 1, 2), Part(1, 2, 2)}, {}, "checkpoint.000@1x2 2-2"},
      {"a part is missing", all + std::vector{Part(1, 1, 2)}, {}, "0-2"},
      {"parts of two numbers",
       all + std::vector{Part(1, 1, 2), Part(1, 2, 3), Part(1, 3, 3)},
       {},
       "0-2"},
      {"half of one and a whole older one",
       all + std::vector{Checkpoint(0), Part(1, 1, 2)},
       {},
       "checkpoint.par@0x1 1-2"},
      {"half a checkpoint and nothing else",
       Commits(1, 2) + std::vector{Part(1, 1, 2)},
       {},
       "delta.log_gap"},
      {"parts over classic",
       all + std::vector{Checkpoint(1), Part(1, 1, 1)},
       {},
       "checkpoint.par@1x1 2-2"},
      {"many parts over classic",
       all + std::vector{Part(1, 2, 2), Checkpoint(1), Part(1, 1, 2)},
       {},
       "checkpoint.000@1x2 2-2"},
      {"V2 over parts",
       all + std::vector{Uuid(1, "json"), Part(1, 1, 2), Part(1, 2, 2)},
       {},
       "checkpoint.3a0@1x1 2-2"},
      {"the last of two V2",
       all + std::vector{Uuid(1, "json", '4'), Uuid(1, "parquet", '2')},
       {},
       "checkpoint.4a0@1x1 2-2"},
      {"a newer classic over V2",
       all + std::vector{Uuid(0, "json"), Checkpoint(1)},
       {},
       "checkpoint.par@1x1 2-2"},

      {"compacted", Commits(0, 5) + std::vector{Compacted(1, 3)}, {}, "0-5 [1-3]"},
      {"compacted from the beginning",
       Commits(0, 5) + std::vector{Compacted(0, 5)},
       {},
       "0-5 [0-5]"},
      {"the longest",
       Commits(0, 5) + std::vector{Compacted(1, 3), Compacted(1, 4)},
       {},
       "0-5 [1-4]"},
      {"the longest that fits", Commits(0, 5) + std::vector{Compacted(1, 3), Compacted(1, 5)}, 4,
       "0-4 [1-3]"},
      {"two that overlap",
       Commits(0, 5) + std::vector{Compacted(1, 3), Compacted(3, 5)},
       {},
       "0-5 [1-3]"},
      {"two side by side",
       Commits(0, 5) + std::vector{Compacted(1, 2), Compacted(3, 5)},
       {},
       "0-5 [1-2] [3-5]"},
      {"one that begins in the checkpoint",
       Commits(0, 5) + std::vector{Checkpoint(2), Compacted(2, 4), Compacted(3, 4)},
       {},
       "checkpoint.par@2x1 3-5 [3-4]"},
      {"compacted instead of commits",
       {CommitName(0), Compacted(1, 2), CommitName(3)},
       {},
       "delta.log_gap"},
  };
  for (const SegmentCase& test : cases) {
    EXPECT_EQ(SegmentOrCode(test.names, test.wanted), test.expected) << test.what;
  }
}

TEST(LogSegment, WhatIsLeftOutIsNotThere) {
  LogListing log = SortLog(Listing(
      Commits(0, 3) + std::vector{Part(1, 1, 2), Part(1, 2, 2), Checkpoint(2), Compacted(0, 3)}));
  log.LeaveOut("t/_delta_log/" + Checkpoint(2));
  EXPECT_EQ(Described(*SegmentTo(log, {})), "checkpoint.000@1x2 2-3");
  log.LeaveOut("t/_delta_log/" + Part(1, 2, 2));
  EXPECT_EQ(Described(*SegmentTo(log, {})), "0-3 [0-3]");
  log.LeaveOut("t/_delta_log/" + Compacted(0, 3));
  EXPECT_EQ(Described(*SegmentTo(log, {})), "0-3");
}

TEST(LogSegment, EmptyFilesAreNoCheckpoints) {
  std::vector<io::ObjectInfo> listing =
      Listing(Commits(0, 3) + std::vector{Checkpoint(1), Compacted(2, 3)});
  listing[4].size_bytes = 0;
  listing[5].size_bytes = 0;
  EXPECT_EQ(Described(*SegmentTo(SortLog(listing), {})), "0-3");
}

struct MessageCase {
  std::vector<std::string> names;
  std::optional<int64_t> wanted;
  std::string said;
};

TEST(LogSegment, ErrorsNameWhatIsMissingAndWhatIsThere) {
  const std::vector<std::string> cleaned = Commits(5, 9) + std::vector{Checkpoint(6)};
  const MessageCase cases[] = {
      {{CommitName(0), CommitName(2)}, {}, "00000000000000000001.json is missing"},
      {{Checkpoint(4), CommitName(5), CommitName(7)}, {}, "00000000000000000006.json is missing"},
      {cleaned, 5, "Versions 6 to 9 can be read."},
      {cleaned, 5, "the log before version 6 was cleaned up"},
      {cleaned, 10, "t has no version 10. Versions 6 to 9"},
      {Commits(0, 2), 3, "Versions 0 to 2 can be read."},
      {Commits(1, 2), {}, "00000000000000000000.json is missing, and no checkpoint replaces it."},
      {Commits(1, 2) + std::vector{Part(1, 1, 3), Part(1, 3, 3)},
       {},
       "part 2 of 3 of the checkpoint at version 1 is missing or empty."},
      {Commits(1, 3) + std::vector{Part(1, 1, 2), Part(2, 2, 2)},
       {},
       "part 1 of 2 of the checkpoint at version 2 is missing or empty."},
      {Commits(1, 2) + std::vector{Part(2, 1, 2)}, 1, "no checkpoint replaces it."},
  };
  for (const MessageCase& test : cases) {
    try {
      (void)FindLogSegment(SortLog(Listing(test.names)), test.wanted, "t");
      ADD_FAILURE() << test.said;
    } catch (const base::Error& error) {
      std::string message = error.sentence() + " " + error.hint();
      EXPECT_NE(message.find(test.said), std::string::npos) << message;
    }
  }
}

TEST(LogSegment, TimesNeverGoBack) {
  std::vector<io::ObjectInfo> listing = Listing(Commits(0, 2));
  listing[1].modified_ms = 50;
  listing[2].modified_ms = 200;
  std::vector<LogCommit> commits = SortLog(listing).commits;
  EXPECT_EQ(commits[0].timestamp_ms, 100);
  EXPECT_EQ(commits[1].timestamp_ms, 101);
  EXPECT_EQ(commits[2].timestamp_ms, 200);
}

TEST(LogSegment, VersionsThatCanBeRebuiltHaveATime) {
  std::vector<io::ObjectInfo> listing =
      Listing(std::vector{Checkpoint(2), Checkpoint(4)} + Commits(4, 6));
  // The first checkpoint was written when the commits behind it were there.
  listing[0].modified_ms = 900;
  listing[2].modified_ms = 40;
  listing[3].modified_ms = 50;
  listing[4].modified_ms = 60;
  std::vector<LogCommit> versions = RebuildableVersions(SortLog(listing));
  ASSERT_EQ(versions.size(), 4U);
  EXPECT_EQ(versions[0].version, 2);
  EXPECT_EQ(versions[0].timestamp_ms, 39);
  EXPECT_EQ(versions[1].version, 4);
  EXPECT_EQ(versions[1].timestamp_ms, 40);
  EXPECT_EQ(versions[3].timestamp_ms, 60);
}

}  // namespace
}  // namespace laguna::delta
