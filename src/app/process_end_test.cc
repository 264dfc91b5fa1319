// SPDX-License-Identifier: Apache-2.0
#include "app/process_end.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "app/build_info.h"
#include "engine/session.h"

namespace laguna::app {
namespace {

using testing::ExitedWithCode;

// Says when it is destroyed, by being part of the set-up.
std::unique_ptr<engine::Database> TellingDatabase() {
  const std::shared_ptr<void> teller(nullptr, [](void*) { std::fputs("destroyed", stderr); });
  engine::DatabaseConfig config;
  config.setups = {[teller](engine::OpenDatabase&) {}};
  return std::make_unique<engine::Database>(std::move(config));
}

[[noreturn]] void TakeAndExit(ProcessEnd::Engines engines) {
  std::atexit([] { std::fputs("exit handler", stderr); });
  ProcessEnd end(engines);
  end.Take(TellingDatabase());
  std::fputs("taken", stderr);
  end.Exit(3);
}

TEST(ProcessEndDeathTest, EndsWithoutDestroyingAnEngineThatHoldsMemoryOnly) {
  if (kSanitized) GTEST_SKIP() << "sanitizers want to see what leaks";
  EXPECT_EXIT(TakeAndExit(ProcessEnd::Engines::kAtExit), ExitedWithCode(3), "^taken$");
}

TEST(ProcessEndDeathTest, DestroysEnginesAtOnceForWhoDoesNotExit) {
  EXPECT_EXIT(TakeAndExit(ProcessEnd::Engines::kNow), ExitedWithCode(3), "destroyedtaken");
}

TEST(ProcessEndDeathTest, DestroysAnEngineWithSomethingToClose) {
  const auto take = [] {
    auto database = TellingDatabase();
    engine::Session(*database).Run("ATTACH ':memory:' AS other").Drain();
    ProcessEnd end(ProcessEnd::Engines::kAtExit);
    end.Take(std::move(database));
    std::fputs("taken", stderr);
    end.Exit(0);
  };
  EXPECT_EXIT(take(), ExitedWithCode(0), "destroyedtaken");
}

TEST(ProcessEndDeathTest, WritesWhatLibrariesHaveBuffered) {
  const auto print = [] {
    // A full buffer, as of a file.
    static char buffer[1024];
    std::setvbuf(stderr, buffer, _IOFBF, sizeof buffer);
    ProcessEnd end(ProcessEnd::Engines::kAtExit);
    end.Take(TellingDatabase());
    std::fputs("by stdio", stderr);
    end.Exit(0);
  };
  EXPECT_EXIT(print(), ExitedWithCode(0), "by stdio");
}

}  // namespace
}  // namespace laguna::app
