// SPDX-License-Identifier: Apache-2.0
// The small text and time modules of base.
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/assert.h"
#include "base/defer.h"
#include "base/iso_time.h"
#include "base/nearest_name.h"
#include "base/percent_encoding.h"
#include "base/quantity.h"
#include "base/random.h"
#include "base/utf8.h"

namespace laguna::base {
namespace {

TEST(Assert, EndsTheProcessWithThePlace) {
  EXPECT_DEATH(LAGUNA_ASSERT(1 + 1 == 3), "^src/base/text_test.cc:[0-9]+: .*1 \\+ 1 == 3");
}

TEST(Defer, RunsUnlessCancelled) {
  int runs = 0;
  {
    Defer first([&] { ++runs; });
    Defer second([&] { runs += 10; });
    second.Cancel();
  }
  EXPECT_EQ(runs, 1);
}

TEST(Utf8, FindsTheFirstBadByte) {
  struct Case {
    std::string text;
    std::optional<size_t> bad;
  };
  const Case cases[] = {
      {"", {}},
      {"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", {}},
      {"ab\xFF", 2},
      {"\xC3", 0},
      {"\xC0\xAF", 0},
      {"\xE0\x80\xAF", 0},
      {"x\xED\xA0\x80", 1},
      {"\xF4\x90\x80\x80", 0},
      {"\xF4\x8F\xBF\xBF", {}},
      {"\xF8\x88\x80\x80\x80", 0},
      {"a\x80", 1},
  };
  for (const Case& c : cases) EXPECT_EQ(FindInvalidUtf8(c.text), c.bad) << c.text;
}

TEST(Utf8, TruncatesBetweenCodePoints) {
  std::string text = "a\xC3\xA9\xE2\x82\xAC";
  EXPECT_EQ(CountCodePoints(text), 3U);
  EXPECT_EQ(TruncateCodePoints(text, 2), "a\xC3\xA9");
  EXPECT_EQ(TruncateCodePoints(text, 9), text);
  const std::vector<std::string> by_bytes{"",          "a",         "a", "a\xC3\xA9",
                                          "a\xC3\xA9", "a\xC3\xA9", text};
  for (size_t i = 0; i < by_bytes.size(); ++i) EXPECT_EQ(TruncateBytes(text, i), by_bytes[i]) << i;
}

TEST(NearestName, FindsWhatWasMeant) {
  const std::vector<std::string> names{"zones", "storage", "timezone", "name", "engine"};
  struct Case {
    const char* typed;
    std::optional<std::string> meant;
  };
  const Case cases[] = {{"zone", "zones"},
                        {"ZONES", "zones"},
                        {"zoens", "zones"},
                        {"naem", "name"},
                        {"time_zone", "timezone"},
                        {"stroage", "storage"},
                        {"quite_other", {}},
                        {"", {}},
                        {"xy", {}}};
  for (const Case& c : cases) EXPECT_EQ(NearestName(c.typed, names), c.meant) << c.typed;
  EXPECT_EQ(NearestName(std::string(100'000, 'z'), names), std::nullopt);
}

TEST(NearestName, MakesAHint) {
  const std::vector<std::string> names{"zones", "storage"};
  EXPECT_EQ(SuggestName("zoness", names), "Did you mean 'zones'?");
  EXPECT_EQ(SuggestName("qqq", names), "Known are: 'zones' and 'storage'.");
  EXPECT_EQ(SuggestName("qqq", {}), "");
  std::vector<std::string> many(30, "a-long-name");
  EXPECT_NE(SuggestName("qqq", many).find("and 20 more."), std::string::npos);
}

TEST(PercentEncoding, GoesThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(PercentDecode(PercentEncode(all)), all);
  EXPECT_EQ(PercentEncode("a b/c=\xC3\xA9"), "a%20b%2Fc%3D%C3%A9");
  EXPECT_EQ(PercentEncode("a b/c", "/"), "a%20b/c");
  EXPECT_EQ(PercentDecode("a+b%2f"), "a+b/");
  for (const char* bad : {"%", "%2", "a%zz", "%2g"}) EXPECT_EQ(PercentDecode(bad), std::nullopt);
}

TEST(IsoTime, FormatsAllOfTheCalendar) {
  EXPECT_EQ(FormatIsoMs(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatIsoMs(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIsoMs(1'709'210'096'123), "2024-02-29T12:34:56.123Z");
  EXPECT_EQ(FormatIsoUs(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatIsoMs(kIsoTimeMinMs), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatIsoMs(kIsoTimeMaxMs), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIsoDate(19782), "2024-02-29");
  EXPECT_EQ(ParseIsoDate("2024-02-29"), 19782);
}

TEST(IsoTime, ReadsBackWhatItFormats) {
  std::mt19937_64 engine(7);
  std::uniform_int_distribution<int64_t> any(kIsoTimeMinMs, kIsoTimeMaxMs);
  for (int i = 0; i < 10'000; ++i) {
    int64_t ms = any(engine);
    ASSERT_EQ(ParseIsoMs(FormatIsoMs(ms)), ms);
    ASSERT_EQ(ParseIsoUs(FormatIsoUs(ms * 1000 + 7)), ms * 1000 + 7);
  }
}

TEST(IsoTime, ReadsTheFormsPeopleWrite) {
  constexpr int64_t kNoon = 1'709'210'096'000;
  struct Case {
    const char* text;
    std::optional<int64_t> ms;
  };
  const Case cases[] = {
      {"2024-02-29T12:34:56Z", kNoon},
      {"2024-02-29 12:34:56", kNoon},
      {"2024-02-29T12:34:56.1Z", kNoon + 100},
      {"2024-02-29T12:34:56.123456789Z", kNoon + 123},
      {"2024-02-29T14:34:56+02:00", kNoon},
      {"2024-02-29T07:34:56-0500", kNoon},
      {"2024-02-29T07:34:56-05", kNoon},
      {"2024-02-29T12:34Z", kNoon - 56'000},
      {"1969-12-31T23:59:59.9999Z", -1},
      {"2023-02-29T12:34:56Z", {}},
      {"2024-13-01T00:00:00Z", {}},
      {"2024-02-29T24:00:00Z", {}},
      {"2024-02-29T12:34:60Z", {}},
      {"0000-01-01T00:00:00Z", {}},
      {"0001-01-01T00:00:00+01:00", {}},
      {"2024-02-29", {}},
      {"2024-02-29T12:34:56.Z", {}},
      {"2024-02-29T12:34:56.1234567890Z", {}},
      {"2024-02-29T12:34:56Z ", {}},
      {"2024-2-29T12:34:56Z", {}},
      {"", {}},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseIsoMs(c.text), c.ms) << c.text;
}

TEST(Quantity, ReadsDurations) {
  struct Case {
    const char* text;
    std::optional<int64_t> ms;
  };
  const Case cases[] = {{"500ms", 500},     {"10s", 10'000},
                        {"5m", 300'000},    {"2h", 7'200'000},
                        {"1d", 86'400'000}, {"1.5s", 1'500},
                        {"0s", 0},          {"1h30m", 5'400'000},
                        {"10", {}},         {"s", {}},
                        {"", {}},           {"-1s", {}},
                        {"1 s", {}},        {"1.s", {}},
                        {"1..5s", {}},      {"1y", {}},
                        {"10001d", {}},     {"99999999999999999999s", {}}};
  for (const Case& c : cases) {
    auto duration = ParseDuration(c.text);
    EXPECT_EQ(duration ? std::optional(duration->count()) : std::nullopt, c.ms) << c.text;
  }
}

TEST(Quantity, ReadsBytes) {
  struct Case {
    const char* text;
    std::optional<uint64_t> bytes;
  };
  const Case cases[] = {{"1GB", 1'000'000'000},
                        {"512MB", 512'000'000},
                        {"2GiB", 2ULL << 30},
                        {"1.5 kb", 1'500},
                        {"7B", 7},
                        {"0B", 0},
                        {"1", {}},
                        {"GB", {}},
                        {"1XB", {}},
                        {"-1GB", {}},
                        {"99999999TB", {}},
                        {"1  GB", {}}};
  for (const Case& c : cases) EXPECT_EQ(ParseBytes(c.text), c.bytes) << c.text;
}

TEST(Random, MakesVersion4Uuids) {
  SeededRandom random(42);
  std::string uuid = MakeUuid(random);
  ASSERT_EQ(uuid.size(), 36U);
  for (size_t dash : {8U, 13U, 18U, 23U}) EXPECT_EQ(uuid[dash], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos);
  SeededRandom same(42);
  EXPECT_EQ(MakeUuid(same), uuid);
  EXPECT_NE(MakeUuid(same), uuid);
  for (int i = 0; i < 1000; ++i) {
    double unit = NextUnit(random);
    EXPECT_TRUE(unit >= 0 && unit < 1);
  }
}

}  // namespace
}  // namespace laguna::base
