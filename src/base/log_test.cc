// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace laguna::base {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] int64_t NowMs() const override { return 0; }
  void SleepFor(std::chrono::milliseconds /*duration*/) const override {}
};

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("log-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string File() const { return (folder_ / "log.jsonl").string(); }

  std::vector<std::string> Lines() const {
    std::ifstream file(File());
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  FixedClock clock_;
  std::filesystem::path folder_;
};

TEST_F(LogTest, WritesJsonLines) {
  Logger logger(clock_, {.to_stderr = false, .file = File()});
  Logger run = logger.With({{"run", 7}});
  run.Info("a \"quoted\"\nmessage \xFF", {{"rows", 3}, {"tables", Json::array({"a"})}});
  run.Debug("not shown");
  run.Failure("Copy failed", Error(ErrorKind::kNotFound, "x.y", "No file.").With("path", "/a"));
  logger.Flush();
  std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"message\":\"a "
            "\\\"quoted\\\"\\nmessage \xEF\xBF\xBD\",\"run\":7,\"rows\":3,\"tables\":[\"a\"]}");
  Json failure = ParseJson(lines[1], "log", ErrorKind::kCorrupt);
  EXPECT_EQ(failure["message"], "Copy failed: No file.");
  EXPECT_EQ(failure["kind"], "NotFound");
  EXPECT_EQ(failure["path"], "/a");
  EXPECT_EQ(failure["run"], 7);
}

TEST_F(LogTest, ShowsPeopleOneLineAnEvent) {
  testing::internal::CaptureStderr();
  Logger logger(clock_, {});
  logger.Info("Loaded", {{"rows", 3}, {"table", "a b"}});
  logger.Warning("two\nlines \x1B[2J");
  logger.Flush();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "1970-01-01T00:00:00.000Z info    Loaded rows=3 table=\"a b\"\n"
            "1970-01-01T00:00:00.000Z warning \"two\\nlines \\u001b[2J\"\n");
}

TEST_F(LogTest, RotatesBySizeAndKeepsLinesWhole) {
  LogOptions options{.to_stderr = false, .file = File(), .file_bytes_max = 2000, .files_max = 2};
  Logger logger(clock_, options);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int event = 0; event < 50; ++event) logger.Info("event", {{"number", event}});
      });
    }
  }
  logger.Flush();
  for (const std::string& line : Lines()) {
    EXPECT_NO_THROW(ParseJson(line, "log", ErrorKind::kCorrupt)) << line;
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    EXPECT_LE(entry.file_size(), 2000U);
    ++files;
  }
  EXPECT_EQ(files, 3U);
}

TEST_F(LogTest, NamesAFileThatCannotBeOpened) {
  try {
    Logger logger(clock_, {.to_stderr = false, .file = "/proc/no/such/file"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kPermissionDenied);
    EXPECT_NE(error.sentence().find("/proc/no/such/file"), std::string::npos);
  }
}

}  // namespace
}  // namespace laguna::base
