// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_claim.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kFirst = "00000000-0000-0000-0000-000000000001";
constexpr const char* kSecond = "00000000-0000-0000-0000-000000000002";

TEST(StreamClaims, AreHadByOne) {
  StreamForTest lake;
  auto& store = lake.environment().store;
  StreamClaims one(store, "bronze.Sales");
  StreamClaims other(store, "bronze.sales");
  EXPECT_EQ(one.Last({}).number, -1);
  const StreamClaim claim = one.Claim({}, kFirst, {});
  EXPECT_EQ(claim.number, 0);
  try {
    other.Claim({}, kSecond, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "stream.two_writers");
  }
  EXPECT_EQ(other.Last({}).stream_id, kFirst);
  EXPECT_FALSE(other.Last({}).confirmed);
  one.Confirm(claim, "", {});
  EXPECT_TRUE(other.Last({}).confirmed);
  EXPECT_EQ(other.Claim(other.Last({}), kSecond, {}).number, 1);
}

TEST(StreamClaims, RemoveWhatWasReplaced) {
  StreamForTest lake;
  auto& store = lake.environment().store;
  StreamClaims claims(store, "bronze.sales");
  const StreamClaim first = claims.Claim({}, kFirst, {});
  const std::string left = fmt::format("_laguna/streams/{}/sources/0.json", kFirst);
  lake.Write(left, "{}");
  lake.Write("_laguna/streams/notes.txt", "mine");
  claims.Confirm(claims.Claim(first, kSecond, {}), "../../bronze", {});
  EXPECT_FALSE(store.Head(left));
  EXPECT_TRUE(store.Head("_laguna/streams/notes.txt"));
  EXPECT_EQ(claims.Last({}).stream_id, kSecond);
}

TEST(StreamClaims, ThatAreDamagedAreNamed) {
  StreamForTest lake;
  lake.Write("_laguna/streams/tables/bronze/sales/0.json", "{\"format\":1}");
  try {
    (void)StreamClaims(lake.environment().store, "bronze.sales").Last({});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
    EXPECT_NE(error.sentence().find("tables/bronze/sales/0.json"), std::string::npos);
  }
}

}  // namespace
}  // namespace laguna::ingest
