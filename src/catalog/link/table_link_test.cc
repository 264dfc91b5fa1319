// SPDX-License-Identifier: Apache-2.0
#include "catalog/link/table_link.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "catalog/sql_name.h"

namespace laguna::catalog {
namespace {

Lake SomeLake() {
  Lake lake;
  lake.folder = "/srv/shop/lake";
  lake.storage_root = "/srv/shop/lake/lake";
  lake.zones = {{.name = "landing", .files = true}, {.name = "bronze"}};
  return lake;
}

std::string CodeOf(const std::string& location) {
  try {
    NewLocation(SomeLake(), location);
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

TEST(TableLink, ItsRootSaysWhereItLeads) {
  const std::string root = LinkedRoot("bronze/t", "/data/my tables/t");
  EXPECT_EQ(root, "bronze/t.link/@%2Fdata%2Fmy%20tables%2Ft");
  EXPECT_EQ(SqlNameOf(root), "bronze.t");
  const auto key = ParseLinkedKey(root + "/_delta_log/0.json");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->link, "bronze/t.link");
  EXPECT_EQ(key->location, "/data/my tables/t");
  EXPECT_EQ(key->below, "_delta_log/0.json");
  EXPECT_EQ(ParseLinkedKey(root)->below, "");
  EXPECT_EQ(ParseLinkedKey(root + "/")->below, "");
}

TEST(TableLink, OtherKeysAreTheStoresOwn) {
  for (const char* key :
       {"bronze/t", "bronze/t.link", "bronze/t.link/part.parquet", "bronze/t/a.link/@b",
        "bronze.link/@x/y", "bronze/t/@x", "", "bronze/t.link/@", "bronze/t.link/@%zz/a"}) {
    EXPECT_FALSE(ParseLinkedKey(key)) << key;
  }
}

TEST(TableLink, ALinkHoldsOneLine) {
  EXPECT_EQ(LocationIn(" /data/t/ \n", "l"), "/data/t");
  for (const char* text : {"", " \n", "/data/t\n/data/u", "a\tb"}) {
    EXPECT_THROW(LocationIn(text, "l"), base::Error) << text;
  }
}

TEST(TableLink, RelativeLocationsBeginAtTheLake) {
  EXPECT_EQ(LinkedFolder(SomeLake(), "/data/./t/"), "/data/t");
  EXPECT_EQ(LinkedFolder(SomeLake(), "../other/t"), "/srv/shop/other/t");
  EXPECT_EQ(LinkedFolder(SomeLake(), "landing/t"), "/srv/shop/lake/lake/landing/t");
  EXPECT_EQ(LinkedFolder(SomeLake(), "file:///data/t"), "/data/t");
  EXPECT_EQ(LinkedFolder(SomeLake(), "file:/data/t"), "/data/t");
  EXPECT_THROW(LinkedFolder(SomeLake(), "s3://bucket/t"), base::Error);
}

TEST(TableLink, NewOnesLeaveTheLakesOwnTablesAlone) {
  EXPECT_EQ(NewLocation(SomeLake(), "../other/t/"), "../other/t");
  EXPECT_EQ(NewLocation(SomeLake(), "file:/data/t"), "/data/t");
  EXPECT_EQ(NewLocation(SomeLake(), "landing/t"), "landing/t");
  for (const char* location :
       {"", " ", "bronze/t", "landing", "/srv/shop/lake/lake", "/srv/shop/lake/lake/bronze/t/x",
        "/srv/shop/lake/lake/_laguna/dropped", "landing/../bronze/t", "a\nb"}) {
    EXPECT_EQ(CodeOf(location), "catalog.bad_location") << location;
  }
  EXPECT_EQ(CodeOf("s3://bucket/t"), "catalog.unsupported_location");
}

}  // namespace
}  // namespace laguna::catalog
