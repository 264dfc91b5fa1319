// SPDX-License-Identifier: Apache-2.0
// The logs of tables that other implementations wrote (Delta's golden tables): each is opened, or
// refused for the right reason.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>

#include "base/error.h"
#include "delta/last_checkpoint.h"
#include "delta/log_path.h"
#include "delta/log_reader.h"
#include "delta/log_segment.h"
#include "delta/table.h"
#include "io/store/local.h"

namespace laguna::delta {
namespace {

namespace fs = std::filesystem;

fs::path GoldenFolder() {
  const char* shared = std::getenv("LAGUNA_SHARED");
  return fs::path(shared == nullptr ? "../shared" : shared) / "conformance" / "delta_golden";
}

// Tables that are refused, and the code of the refusal. There is no Parquet here: those with
// checkpoints keep all their commits and open by them.
const std::map<std::string, std::string>& Refused() {
  static const std::map<std::string, std::string> refused = {
      {"deltalog-invalid-protocol-version", "delta.protocol_version"},
      {"deltalog-state-reconstruction-without-protocol", "delta.no_protocol"},
      {"data-reader-absolute-paths-escaped-chars", "delta.no_metadata"},
      {"versions-not-contiguous", "delta.log_gap"},
  };
  return refused;
}

// The code of the error that opening ends with, empty when it does not.
std::string OpenAndGiveCode(const fs::path& folder) {
  io::LocalObjectStore store(folder.string());
  base::SystemClock clock;
  Table table(store, "delta", clock);
  try {
    SnapshotPtr latest = table.Latest();
    if (latest == nullptr) return "nothing there";
    EXPECT_EQ(table.AtVersion(latest->version())->version(), latest->version());
    EXPECT_EQ(table.History().size(), static_cast<size_t>(latest->version()) + 1);
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

class GoldenTables : public testing::Test {
 protected:
  void SetUp() override {
    if (fs::exists(GoldenFolder())) return;
    if (std::getenv("CI") != nullptr) FAIL() << GoldenFolder() << " is missing";
    GTEST_SKIP() << "shared data: conformance/delta_golden";
  }
};

TEST_F(GoldenTables, OpenOrAreRefusedByName) {
  size_t opened = 0;
  for (const auto& entry : fs::directory_iterator(GoldenFolder())) {
    if (!fs::exists(entry.path() / "delta" / "_delta_log")) continue;
    std::string name = entry.path().filename().string();
    auto refused = Refused().find(name);
    std::string expected = refused == Refused().end() ? "" : refused->second;
    EXPECT_EQ(OpenAndGiveCode(entry.path()), expected) << name;
    ++opened;
  }
  EXPECT_GE(opened, 50U);
}

struct PathCase {
  std::string table;
  std::vector<std::string> paths;
};

TEST_F(GoldenTables, FilesAreThoseOfTheLog) {
  const PathCase cases[] = {
      {"canonicalized-paths-normal-a", {}},  {"canonicalized-paths-normal-b", {}},
      {"canonicalized-paths-special-a", {}}, {"log-replay-special-characters-b", {"special p@#h"}},
      {"log-replay-special-characters", {}},
  };
  for (const PathCase& test : cases) {
    io::LocalObjectStore store((GoldenFolder() / test.table).string());
    base::SystemClock clock;
    SnapshotPtr latest = Table(store, "delta", clock).Latest();
    std::vector<std::string> paths;
    for (size_t i = 0; i < latest->files().size(); ++i) {
      paths.emplace_back(latest->files().at(i).path());
    }
    EXPECT_EQ(paths, test.paths) << test.table;
  }
}

struct SegmentCase {
  std::string table;
  // Of the checkpoint, and how it is made; none: -1.
  int64_t checkpoint = -1;
  size_t parts = 1;
  bool is_v2 = false;
  bool is_json = false;
  // Behind it.
  size_t commits = 0;
};

TEST_F(GoldenTables, BeginAtTheirCheckpoints) {
  const SegmentCase cases[] = {
      {"125-iterator-bug", 10, 1, false, false, 1},
      {"basic-with-inserts-overwrite-restore", 3, 1, false, false, 0},
      {"corrupted-last-checkpoint-kernel", 10, 1, false, false, 1},
      {"multi-part-checkpoint", 1, 2, false, false, 0},
      {"v2-checkpoint-json", 2, 1, true, true, 0},
      {"v2-checkpoint-parquet", 2, 1, true, false, 0},
      {"time-travel-start", -1, 0, false, false, 1},
  };
  for (const SegmentCase& test : cases) {
    io::LocalObjectStore store((GoldenFolder() / test.table).string());
    std::optional<LogSegment> segment = SegmentTo(LogReader(store, "delta").List({}), {});
    ASSERT_TRUE(segment) << test.table;
    EXPECT_EQ(segment->commits.size(), test.commits) << test.table;
    EXPECT_EQ(segment->checkpoint ? segment->checkpoint->version : -1, test.checkpoint);
    if (!segment->checkpoint) continue;
    EXPECT_EQ(segment->checkpoint->parts.size(), test.parts) << test.table;
    EXPECT_EQ(segment->checkpoint->is_v2, test.is_v2) << test.table;
    EXPECT_EQ(segment->checkpoint->is_json, test.is_json) << test.table;
  }
}

// The hint of one of them is no JSON.
TEST_F(GoldenTables, HintsAreReadOrIgnored) {
  const std::pair<const char*, std::optional<int64_t>> cases[] = {
      {"125-iterator-bug", 10},
      {"corrupted-last-checkpoint-kernel", std::nullopt},
      {"multi-part-checkpoint", 1},
      {"v2-checkpoint-json", 2},
      {"time-travel-start", std::nullopt},
  };
  for (const auto& [table, version] : cases) {
    io::LocalObjectStore store((GoldenFolder() / table).string());
    std::optional<LastCheckpoint> hint = ReadLastCheckpoint(store, "delta");
    EXPECT_EQ(hint ? std::optional(hint->version) : std::nullopt, version) << table;
  }
}

// Every data file the log names is there, under its decoded path.
TEST_F(GoldenTables, DecodedPathsAreFiles) {
  for (const char* name : {"data-reader-escaped-chars", "snapshot-data3", "snapshot-repartitioned",
                           "basic-with-inserts-updates", "multi-part-checkpoint"}) {
    io::LocalObjectStore store((GoldenFolder() / name).string());
    base::SystemClock clock;
    SnapshotPtr latest = Table(store, "delta", clock).Latest();
    for (size_t i = 0; i < latest->files().size(); ++i) {
      const AddFile file = latest->files().at(i).ToAddFile();
      auto info = store.Head("delta/" + file.path);
      ASSERT_TRUE(info.has_value()) << name << ": " << file.path;
      EXPECT_EQ(info->size_bytes, static_cast<uint64_t>(file.size_bytes)) << file.path;
    }
  }
}

}  // namespace
}  // namespace laguna::delta
