// SPDX-License-Identifier: Apache-2.0
#include "delta/identity_column.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"

namespace laguna::delta {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr std::optional<int64_t> kNone = std::nullopt;

StructField Column(const IdentityColumn& identity, const std::string& name = "id") {
  StructField field{name, Primitive::kLong, true, {}};
  SetIdentity(field, identity);
  return field;
}

TEST(IdentityColumn, IsReadAsItWasWritten) {
  const IdentityColumn plain{.start = 100, .step = -10, .allows_explicit = true};
  EXPECT_EQ(IdentityOf(Column(plain)), plain);
  const IdentityColumn used{.start = kMin, .step = 3, .high_water_mark = -7};
  EXPECT_EQ(IdentityOf(Column(used)), used);
  EXPECT_EQ(IdentityOf(StructField{"a", Primitive::kLong, true, {}}), std::nullopt);
}

TEST(IdentityColumn, RefusesMetadataThatMakesNoSense) {
  for (const auto& [key, json] : std::vector<std::pair<std::string, std::string>>{
           {"delta.identity.step", "0"},
           {"delta.identity.start", "\"one\""},
           {"delta.identity.highWaterMark", "99999999999999999999"}}) {
    StructField field = Column({});
    SetMetadata(field, key, json);
    EXPECT_THROW((void)IdentityOf(field), base::Error) << key;
  }
}

TEST(IdentityColumn, GivesTheFirstValuePastTheMark) {
  struct Case {
    int64_t start;
    int64_t step;
    std::optional<int64_t> mark;
    std::optional<int64_t> next;
  };
  for (const Case& each : {
           Case{1, 1, kNone, 1},
           Case{1, 1, 5, 6},
           Case{100, 10, 110, 120},
           Case{100, 10, 113, 120},
           Case{100, 10, 3, 100},
           Case{-1, -1, kNone, -1},
           Case{-1, -5, -6, -11},
           Case{-1, -5, -8, -11},
           Case{-1, -5, 7, -1},
           Case{kMin, kMax, -1, kMax - 1},
           Case{0, 1, kMax, kNone},
           Case{0, -1, kMin, kNone},
           Case{kMin, 1, kMax - 1, kMax},
       }) {
    const IdentityColumn identity{
        .start = each.start, .step = each.step, .high_water_mark = each.mark};
    EXPECT_EQ(NextValue(identity), each.next) << each.start << " by " << each.step;
  }
}

TEST(IdentityColumn, KnowsTheLastOfManyValues) {
  const IdentityColumn down{.start = 0, .step = -3};
  EXPECT_EQ(LastValue(down, -3, 1), -3);
  EXPECT_EQ(LastValue(down, -3, 4), -12);
  EXPECT_EQ(LastValue(down, kMin + 3, 2), kMin);
  EXPECT_EQ(LastValue(down, kMin + 3, 3), kNone);
  EXPECT_EQ(LastValue({}, 1, kMax), kMax);
  EXPECT_EQ(LastValue({}, 1, std::numeric_limits<uint64_t>::max()), kNone);
  EXPECT_EQ(LastValue({.step = kMax}, 1, std::numeric_limits<uint64_t>::max()), kNone);
}

TEST(IdentityColumn, MarksWhatTheTableHolds) {
  struct Case {
    int64_t start;
    int64_t step;
    std::optional<int64_t> mark;
    int64_t value;
    std::optional<int64_t> after;
  };
  for (const Case& each : {
           Case{1, 1, kNone, 7, 7},
           Case{1, 1, 9, 7, 9},
           Case{1, 10, kNone, 12, 21},
           Case{1, 10, kNone, 11, 11},
           Case{1, 10, kNone, 0, kNone},
           Case{-1, -10, kNone, -12, -21},
           Case{-1, -10, kNone, 5, kNone},
           Case{0, 4, kNone, kMax, kMax},
       }) {
    const IdentityColumn identity{
        .start = each.start, .step = each.step, .high_water_mark = each.mark};
    EXPECT_EQ(MarkPast(identity, each.value), each.after) << each.value;
  }
  IdentityColumn full{.start = 0, .step = 4, .high_water_mark = MarkPast({0, 4}, kMax)};
  EXPECT_EQ(NextValue(full), kNone);
}

TEST(IdentityColumn, MarksOnlyRise) {
  Schema schema{{Column({}, "up"), Column({.start = 0, .step = -1}, "down")}};
  RaiseMarks(schema, {{"up", 5}, {"down", -5}, {"other", 3}});
  RaiseMarks(schema, {{"up", 4}, {"down", -4}});
  EXPECT_EQ(IdentityOf(schema.fields[0])->high_water_mark, 5);
  EXPECT_EQ(IdentityOf(schema.fields[1])->high_water_mark, -5);

  Schema older{{Column({}, "up"), Column({.start = 0, .step = -1, .high_water_mark = -9}, "down")}};
  KeepMarks(older, schema);
  EXPECT_EQ(IdentityOf(older.fields[0])->high_water_mark, 5);
  EXPECT_EQ(IdentityOf(older.fields[1])->high_water_mark, -9);
}

TEST(IdentityColumn, MarksAreNoDifference) {
  Metadata before;
  before.schema = {{Column({}), {"v", Primitive::kString, true, {}}}};
  Metadata after = before;
  RaiseMarks(after.schema, {{"id", 7}});
  EXPECT_TRUE(IsSameButMarks(before, after));
  after.schema.fields[1].nullable = false;
  EXPECT_FALSE(IsSameButMarks(before, after));
  after = before;
  after.description = "other";
  EXPECT_FALSE(IsSameButMarks(before, after));
}

}  // namespace
}  // namespace laguna::delta
