// SPDX-License-Identifier: Apache-2.0
#include "io/whole_object.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "io/store/memory.h"

namespace laguna::io {
namespace {

TEST(WholeObject, IsThereAtOnceAndReplacesAnOlderOne) {
  const base::SystemClock clock;
  MemoryObjectStore store(clock);
  WriteWhole(store, "a/b", "first");
  WriteWhole(store, "a/b", "");
  EXPECT_EQ(ReadAll(store, "a/b", 10), "");
  WriteWhole(store, "a/b", "last");
  EXPECT_EQ(ReadAll(store, "a/b", 10), "last");
}

TEST(WholeObject, SurvivesAPowerCutOnlyWhenItWasSynced) {
  const base::SystemClock clock;
  MemoryObjectStore store(clock);
  const std::string synced = "synced";
  WriteWhole(store, synced, "1");
  WriteWhole(store, "not", "2");
  store.Sync({&synced, 1});
  store.LosePower();
  EXPECT_TRUE(store.Head(synced));
  EXPECT_FALSE(store.Head("not"));
}

}  // namespace
}  // namespace laguna::io
