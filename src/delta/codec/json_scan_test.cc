// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/json_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace laguna::delta {
namespace {

struct LeafCase {
  std::string text;
  // What is left behind the leaf; nothing: there is no leaf.
  std::optional<std::string> rest;
};

TEST(JsonScan, LeavesEndWhereTheGrammarSays) {
  const LeafCase cases[] = {
      {"12,", ","},
      {"-0.5e+10}", "}"},
      {"0", ""},
      {"01", std::nullopt},
      {"-", std::nullopt},
      {"1.", std::nullopt},
      {"1.}", std::nullopt},
      {".5", std::nullopt},
      {"1e", std::nullopt},
      {"1E5 ", " "},
      {"+1", std::nullopt},
      {"NaN", std::nullopt},
      {"true]", "]"},
      {"falsey", "y"},
      {"nul", std::nullopt},
      {R"("a"b)", "b"},
      {R"("")", ""},
      {R"("a\"b\\",)", ","},
      {R"("long enough for eight bytes at once",)", ","},
      {R"("long enough \u00e9 and \n",)", ","},
      {R"("\u00g0")", std::nullopt},
      {R"("\x")", std::nullopt},
      {R"("open)", std::nullopt},
      {R"("open\)", std::nullopt},
      {R"("\u12)", std::nullopt},
      {"\"a\nb\"", std::nullopt},
      {"\"sixteen bytes an\x01\"", std::nullopt},
      {"\"caf\xc3\xa9\"", ""},
      {"\"caf\xc3\"", std::nullopt},
      {"\"eight bytes\xff\"", std::nullopt},
      {R"([1, [2,"]"], {"a":[]}, {} ]x)", "x"},
      {"[]", ""},
      {"[1,]", std::nullopt},
      {"[1 2]", std::nullopt},
      {R"([{"a"}])", std::nullopt},
      {R"([{"a":}])", std::nullopt},
      {R"([{a:1}])", std::nullopt},
      {"{}", std::nullopt},
      {"", std::nullopt},
  };
  for (const LeafCase& test : cases) {
    const size_t end = JsonLeafEnd(test.text, 0);
    if (test.rest) {
      ASSERT_NE(end, kNoJson) << test.text;
      EXPECT_EQ(test.text.substr(end), *test.rest) << test.text;
    } else {
      EXPECT_EQ(end, kNoJson) << test.text;
    }
  }
}

// Each leaf as "a.b=token"; nothing when the text is no object.
std::optional<std::vector<std::string>> LeavesOf(std::string_view text) {
  std::vector<std::string> leaves;
  const bool whole = VisitJsonLeaves(text, [&](const JsonLeaf& leaf) {
    std::string shown;
    for (const std::string_view key : leaf.path)
      shown += (shown.empty() ? "" : ".") + std::string(key);
    leaves.push_back(shown + "=" + std::string(text.substr(leaf.begin, leaf.end - leaf.begin)));
  });
  return whole ? std::optional(leaves) : std::nullopt;
}

TEST(JsonScan, LeavesComeWithTheirKeys) {
  using Leaves = std::vector<std::string>;
  EXPECT_EQ(LeavesOf(R"( { "a" : 1 , "b":{"c":[1,{"d":2}],"\u0064":"x"},"e":{} } )"),
            (Leaves{"a=1", "b.c=[1,{\"d\":2}]", "b.d=\"x\""}));
  EXPECT_EQ(LeavesOf("{}"), Leaves{});
}

TEST(JsonScan, TextsThatAreNoObjectAreTold) {
  for (const char* text : {"", "1", "[1]", "{", "{}x", R"({"a":1)", R"({"a":1,})", R"({"a" 1})",
                           R"({"\ud800":1})", R"({"a":{"b":1})", R"({"a":tru})"}) {
    EXPECT_EQ(LeavesOf(text), std::nullopt) << text;
  }
}

TEST(JsonScan, NestingIsBounded) {
  const auto nested = [](int depth, const std::string& open, const std::string& close) {
    std::string text = R"({"a":)";
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return text + "}";
  };
  EXPECT_TRUE(LeavesOf(nested(kJsonScanDepthMax, "[", "]")));
  EXPECT_FALSE(LeavesOf(nested(kJsonScanDepthMax + 1, "[", "]")));
  EXPECT_FALSE(LeavesOf(nested(1'000'000, "[", "]")));
  EXPECT_TRUE(LeavesOf(nested(kJsonScanDepthMax - 1, R"({"a":)", "}")));
  EXPECT_FALSE(LeavesOf(nested(1'000'000, R"({"a":)", "}")));
}

}  // namespace
}  // namespace laguna::delta
