// SPDX-License-Identifier: Apache-2.0
#include "catalog/relocation/wanted_rows.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

TEST(WantedRows, EachRowIsTakenOnce) {
  WantedRows rows;
  ASSERT_TRUE(rows.Want(1, "a", RowUse::kDelete));
  ASSERT_TRUE(rows.Want(1, "a", RowUse::kDelete));
  ASSERT_TRUE(rows.Want(1, "a", RowUse::kDependOn));
  ASSERT_TRUE(rows.Want(2, "b", RowUse::kDependOn));
  EXPECT_EQ(rows.missing(), 4U);
  EXPECT_EQ(rows.Take(1, "a"), RowUse::kDelete);
  EXPECT_EQ(rows.Take(1, "a"), RowUse::kDelete);
  EXPECT_EQ(rows.Take(1, "a"), RowUse::kDependOn);
  EXPECT_EQ(rows.Take(1, "a"), std::nullopt);
  EXPECT_EQ(rows.missing(), 1U);
  EXPECT_EQ(rows.Take(2, "b"), RowUse::kDependOn);
  EXPECT_EQ(rows.missing(), 0U);
}

TEST(WantedRows, EqualHashesAreNoEqualRows) {
  WantedRows rows;
  ASSERT_TRUE(rows.Want(1, "a", RowUse::kDelete));
  ASSERT_TRUE(rows.Want(1, "b", RowUse::kDelete));
  EXPECT_TRUE(rows.MayWant(1));
  EXPECT_FALSE(rows.MayWant(2));
  EXPECT_EQ(rows.Take(1, "c"), std::nullopt);
  EXPECT_EQ(rows.Take(2, "a"), std::nullopt);
  EXPECT_EQ(rows.Take(1, "b"), RowUse::kDelete);
  EXPECT_EQ(rows.missing(), 1U);
}

TEST(WantedRows, SomeColumnsMayNotTellRowsApart) {
  WantedRows rows;
  ASSERT_TRUE(rows.Want(1, "a", RowUse::kDelete));
  EXPECT_EQ(rows.Take(2, "b"), std::nullopt);
  EXPECT_EQ(rows.Take(1, "a"), RowUse::kDelete);
  EXPECT_FALSE(rows.is_ambiguous());
  EXPECT_EQ(rows.Take(1, "a"), std::nullopt);
  EXPECT_TRUE(rows.is_ambiguous()) << "one more than wanted";
  WantedRows both;
  ASSERT_TRUE(both.Want(1, "a", RowUse::kDelete));
  EXPECT_FALSE(both.is_ambiguous());
  ASSERT_TRUE(both.Want(1, "a", RowUse::kDependOn));
  EXPECT_TRUE(both.is_ambiguous());
}

TEST(WantedRows, MemoryIsBounded) {
  WantedRows rows;
  const std::string key(WantedRows::kBytesMax / 4, 'x');
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rows.Want(i, key, RowUse::kDelete));
  // One more of the same takes nothing.
  EXPECT_TRUE(rows.Want(1, key, RowUse::kDelete));
  EXPECT_FALSE(rows.Want(4, key, RowUse::kDelete));
}

}  // namespace
}  // namespace laguna::catalog
