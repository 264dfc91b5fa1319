// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

Lake MakeLake() {
  Lake lake;
  lake.folder = "/home/ann/shop";
  lake.storage_root = "/home/ann/shop/lake";
  lake.zones = {{.name = "landing", .files = true}, {.name = "Bronze"}};
  return lake;
}

TEST(Lake, FindsZonesWithoutRegardToCase) {
  const auto lake = MakeLake();
  ASSERT_NE(lake.FindZone("bronze"), nullptr);
  EXPECT_EQ(lake.FindZone("BRONZE")->name, "Bronze");
  EXPECT_TRUE(lake.FindZone("landing")->files);
  EXPECT_EQ(lake.FindZone("silver"), nullptr);
}

TEST(Lake, ResolvesPathsByTheirFirstPart) {
  const auto lake = MakeLake();
  struct Case {
    const char* written;
    const char* resolved;
  };
  const Case cases[] = {
      {"landing/sales/a.csv", "/home/ann/shop/lake/landing/sales/a.csv"},
      {"bronze/t", "/home/ann/shop/lake/Bronze/t"},
      {"./landing/x", "/home/ann/shop/lake/landing/x"},
      {"other/a.csv", "/home/ann/shop/other/a.csv"},
      {"../outside/a.csv", "/home/ann/outside/a.csv"},
      {"landingx/a.csv", "/home/ann/shop/landingx/a.csv"},
      {"/tmp/a.csv", "/tmp/a.csv"},
      {"s3://bucket/a.csv", "s3://bucket/a.csv"},
  };
  for (const auto& test : cases) EXPECT_EQ(lake.ResolvePath(test.written), test.resolved);
}

TEST(Lake, KnowsReservedAndHiddenNames) {
  for (const auto* name : {"lake", "Laguna", "MAIN", "temp", "system", "information_schema"}) {
    EXPECT_TRUE(IsReservedZoneName(name)) << name;
  }
  EXPECT_FALSE(IsReservedZoneName("bronze"));
  EXPECT_TRUE(IsHiddenName("_laguna"));
  EXPECT_TRUE(IsHiddenName(".x"));
  EXPECT_TRUE(IsHiddenName(""));
  EXPECT_FALSE(IsHiddenName("a_b"));
}

}  // namespace
}  // namespace laguna::catalog
