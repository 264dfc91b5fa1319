// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/identity_counter.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <thread>
#include <vector>

#include "base/error.h"

namespace laguna::catalog {
namespace {

TEST(IdentityCounter, GoesOnWhereTheTableStopped) {
  IdentityCounter counter({.start = 10, .step = -5, .high_water_mark = 0}, "id", "bronze.t");
  EXPECT_EQ(counter.last(), std::nullopt);
  EXPECT_EQ(counter.Take(3), -5);
  EXPECT_EQ(counter.last(), -15);
  EXPECT_EQ(counter.Take(1), -20);
}

TEST(IdentityCounter, GivesNothingWhereNotAllFit) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  IdentityCounter counter({.start = kMax - 2}, "id", "bronze.t");
  EXPECT_THROW(counter.Take(4), base::Error);
  EXPECT_EQ(counter.last(), std::nullopt);
  EXPECT_EQ(counter.Take(3), kMax - 2);
  EXPECT_THROW(counter.Take(1), base::Error);
}

TEST(IdentityCounter, GivesEachThreadItsOwn) {
  constexpr size_t kThreads = 4;
  constexpr size_t kTakes = 500;
  constexpr uint64_t kCount = 7;
  IdentityCounter counter({}, "id", "bronze.t");
  std::vector<std::vector<int64_t>> taken(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<int64_t>& own : taken) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < kTakes; ++i) own.push_back(counter.Take(kCount));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> firsts;
  for (const auto& own : taken) firsts.insert(own.begin(), own.end());
  EXPECT_EQ(firsts.size(), kThreads * kTakes);
  EXPECT_EQ(*firsts.rbegin(), static_cast<int64_t>((kThreads * kTakes - 1) * kCount + 1));
}

}  // namespace
}  // namespace laguna::catalog
