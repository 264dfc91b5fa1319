// SPDX-License-Identifier: Apache-2.0
#include "catalog/log/log_upkeeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <sstream>
#include <vector>

#include "base/clock.h"
#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

using delta::UpkeepReport;

// What was done, in order.
class Done {
 public:
  LogUpkeeper::Job Job(const std::string& root, const std::string& name) {
    return {root, [this, name](const io::Call&) {
              const std::lock_guard lock(mutex_);
              names_.push_back(name);
              return UpkeepReport{};
            }};
  }
  std::vector<std::string> names() {
    const std::lock_guard lock(mutex_);
    return names_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> names_;
};

// Holds the thread up until Open, or until it is stopped.
class Gate {
 public:
  LogUpkeeper::Job Job(const std::string& root) {
    return {root, [this](const io::Call& call) {
              entered_.set_value();
              while (!open_ && !call.stop.stop_requested()) std::this_thread::yield();
              stopped_ = call.stop.stop_requested();
              return UpkeepReport{{}, 0, {"was held up"}};
            }};
  }
  void WaitUntilEntered() { entered_.get_future().wait(); }
  void Open() { open_ = true; }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  std::promise<void> entered_;
  std::atomic<bool> open_ = false;
  std::atomic<bool> stopped_ = false;
};

class LogUpkeeperTest : public testing::Test {
 protected:
  std::optional<LogUpkeeper> upkeeper_;
  base::SystemClock clock_;
  Done done_;
  Gate gate_;

  LogUpkeeperTest() { upkeeper_.emplace(base::Logger::Silent(clock_)); }
  // With the thread at work on `root`.
  void HoldUpAt(const std::string& root) {
    upkeeper_->Add(gate_.Job(root));
    gate_.WaitUntilEntered();
  }
};

TEST_F(LogUpkeeperTest, DoesWhatWaitsBeforeItStops) {
  HoldUpAt("bronze/a");
  upkeeper_->Add(done_.Job("bronze/b", "b"));
  upkeeper_->Add(done_.Job("bronze/c", "c"));
  gate_.Open();
  upkeeper_->Stop();
  EXPECT_EQ(done_.names(), (std::vector<std::string>{"b", "c"}));
  upkeeper_->Add(done_.Job("bronze/d", "after"));
  EXPECT_EQ(done_.names().back(), "after");
}

TEST_F(LogUpkeeperTest, ALaterJobOfATableReplacesOneThatWaits) {
  HoldUpAt("bronze/a");
  upkeeper_->Add(done_.Job("bronze/a", "a 10"));
  upkeeper_->Add(done_.Job("bronze/b", "b"));
  upkeeper_->Add(done_.Job("bronze/a", "a 20"));
  gate_.Open();
  upkeeper_->Stop();
  EXPECT_EQ(done_.names(), (std::vector<std::string>{"a 20", "b"}));
}

TEST_F(LogUpkeeperTest, WhatGoesIsStoppedAndForgotten) {
  HoldUpAt("bronze/a");
  upkeeper_->Add(done_.Job("bronze/a", "waits"));
  upkeeper_->Add(done_.Job("bronze/ab", "another table"));
  {
    const LogUpkeeper::KeptOff kept_off(*upkeeper_, "bronze/a");
    EXPECT_TRUE(gate_.stopped());
    upkeeper_->Add(done_.Job("bronze/a", "added meanwhile"));
  }
  upkeeper_->Add(done_.Job("bronze/a", "made anew"));
  upkeeper_->Stop();
  EXPECT_EQ(done_.names(), (std::vector<std::string>{"another table", "made anew"}));
}

TEST_F(LogUpkeeperTest, AZoneThatGoesTakesItsTablesAlong) {
  HoldUpAt("silver/a");
  upkeeper_->Add(done_.Job("bronze/a", "bronze"));
  upkeeper_->Add(done_.Job("silver/b", "silver"));
  const LogUpkeeper::KeptOff kept_off(*upkeeper_, "bronze");
  EXPECT_FALSE(gate_.stopped());
  gate_.Open();
  upkeeper_->Stop();
  EXPECT_EQ(done_.names(), std::vector<std::string>{"silver"});
}

TEST_F(LogUpkeeperTest, WhoAddsOneTableTooManyWaits) {
  HoldUpAt("bronze/a");
  for (size_t i = 0; i < LogUpkeeper::kWaitingMax; ++i) {
    upkeeper_->Add(done_.Job("bronze/" + std::to_string(i), "waits"));
  }
  std::atomic<bool> added = false;
  std::thread adding([&] {
    upkeeper_->Add(done_.Job("bronze/more", "more"));
    added = true;
  });
  // A table that waits already takes no more room.
  upkeeper_->Add(done_.Job("bronze/0", "again"));
  EXPECT_FALSE(added);
  gate_.Open();
  adding.join();
  upkeeper_->Stop();
  EXPECT_EQ(done_.names().size(), LogUpkeeper::kWaitingMax + 1);
  EXPECT_EQ(done_.names().front(), "again");
  EXPECT_EQ(done_.names().back(), "more");
}

TEST_F(LogUpkeeperTest, WarningsReachTheLogOnceWithTheTablesName) {
  const LakeForTest lake;
  const std::string file = (lake.folder() / "log").string();
  upkeeper_.emplace(base::Logger(clock_, {.to_stderr = false, .file = file}));
  upkeeper_->Add({"bronze/t", [](const io::Call&) {
                    return UpkeepReport{{}, 0, {"The disk is full."}};
                  }});
  upkeeper_.reset();
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 1U) << text.str();
  EXPECT_NE(lines[0].find(R"("level":"warning")"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find(R"("table":"bronze.t")"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("The disk is full."), std::string::npos) << lines[0];
}

}  // namespace
}  // namespace laguna::catalog
