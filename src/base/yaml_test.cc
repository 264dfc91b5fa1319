// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace laguna::base {
namespace {

Error ErrorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorKind::kInternal, "none", "none");
}

YamlNode Parse(std::string text) {
  return ParseYaml(std::move(text), "f.yaml");
}

// "line:column" of a place.
std::string Where(const Place& place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

TEST(Yaml, KeepsTextAndKnowsQuotes) {
  YamlNode node = Parse("a: 1.10\nb: '7'\nc: \"x\"\nd: |\n  t\ne:\nf: ~\ng: [1, {h: 2}]\n");
  YamlMap map(node, "a test");
  EXPECT_EQ(map.Require("a").AsString(), "1.10");
  EXPECT_FALSE(map.Require("a").quoted());
  EXPECT_TRUE(map.Require("b").quoted());
  EXPECT_TRUE(map.Require("c").quoted());
  EXPECT_EQ(map.Require("d").AsString(), "t\n");
  EXPECT_TRUE(map.Require("d").quoted());
  EXPECT_EQ(map.Find("e"), nullptr);
  EXPECT_EQ(map.Find("f"), nullptr);
  EXPECT_EQ(map.Require("g").Elements()[1].Entries()[0].value.AsInteger(), 2);
  EXPECT_TRUE(Parse("").IsNull());
  EXPECT_TRUE(Parse("# only a comment\n").IsNull());
}

TEST(Yaml, KnowsWhereEverythingStands) {
  YamlNode node = Parse("name: x\n\"é\": {zones: [ab, \"cd\"]}\nlist:\n  - k: v\n");
  const YamlNode::Entry& accented = node.Entries()[1];
  EXPECT_EQ(Where(node.Entries()[0].value.place()), "1:7");
  EXPECT_EQ(Where(accented.key.place()), "2:1");
  const YamlNode& zones = accented.value.Entries()[0].value;
  EXPECT_EQ(Where(accented.value.Entries()[0].key.place()), "2:7");
  EXPECT_EQ(Where(zones.Elements()[0].place()), "2:15");
  EXPECT_EQ(Where(zones.Elements()[1].place()), "2:19");
  EXPECT_EQ(zones.Elements()[1].place().length, 4);
  EXPECT_EQ(zones.place().excerpt, "\"é\": {zones: [ab, \"cd\"]}");
  YamlNode dos = Parse("\xEF\xBB\xBFx: 'it''s'\r\ny: \"\\\"\"\r\nz: 3\r\n");
  EXPECT_EQ(Where(dos.Entries()[0].key.place()), "1:1");
  EXPECT_EQ(Where(dos.Entries()[2].value.place()), "3:4");
  EXPECT_EQ(dos.Entries()[2].value.place().excerpt, "z: 3");
  EXPECT_EQ(Where(node.Entries()[2].value.Elements()[0].Entries()[0].key.place()), "4:5");
}

TEST(Yaml, ReportsLikeACompiler) {
  YamlNode node = Parse("name: x\nzonse: 3\n");
  YamlMap map(node, "laguna.yaml");
  map.Find("name");
  map.Find("zones");
  EXPECT_EQ(ErrorOf([&] { map.RefuseUnknown(); }).Report(),
            "f.yaml:2:1: error: There is no key 'zonse' in laguna.yaml.\n"
            " 2 | zonse: 3\n"
            "   | ^~~~~\n"
            "hint: Did you mean 'zones'?");
}

TEST(Yaml, RefusesWhatPeopleRarelyMean) {
  struct Case {
    const char* text;
    const char* code;
    const char* where;
  };
  const Case cases[] = {
      {"a: 1\nb: 2\na: 3\n", "yaml.duplicate_key", "3:1"},
      {"a: &x 1\nb: *x\n", "yaml.anchor", "1:4"},
      {"cron: * * *\n", "yaml.syntax", "1:8"},
      {"a: !!int 3\n", "yaml.tag", "1:4"},
      {"a: 1\n---\nb: 2\n", "yaml.several_documents", "3:1"},
      {"when: {{ x }}\n", "yaml.key", "1:8"},
      {"? [a]\n: b\n", "yaml.key", "1:3"},
      {"a: [1\nb: 2\n", "yaml.syntax", ""},
      {"a: 'x\n", "yaml.syntax", "1:4"},
      {"a: [\"x\\\"]\n", "yaml.syntax", "1:5"},
      {"a: 'it''s\n", "yaml.syntax", "1:4"},
      {"\ta: 1\n", "yaml.syntax", ""},
      {"a: \xFF\n", "yaml.not_utf8", "1:4"},
  };
  for (const Case& c : cases) {
    Error error = ErrorOf([&] { Parse(c.text); });
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput) << c.text;
    EXPECT_EQ(error.code(), c.code) << c.text << error.Report();
    ASSERT_TRUE(error.place()) << c.text;
    if (*c.where == '\0') continue;
    EXPECT_EQ(Where(*error.place()), c.where) << error.Report();
  }
}

TEST(Yaml, TellsHowToQuote) {
  EXPECT_NE(ErrorOf([] { Parse("\ta: 1\n"); }).hint().find("spaces"), std::string::npos);
  EXPECT_NE(ErrorOf([] { Parse("when: {{ x }}\n"); }).hint().find("quotes"), std::string::npos);
  EXPECT_NE(ErrorOf([] { Parse("cron: * * *\n"); }).hint().find("quotes"), std::string::npos);
}

TEST(Yaml, BoundsDepthAndSize) {
  EXPECT_NO_THROW(Parse(std::string(64, '[') + std::string(64, ']')));
  EXPECT_EQ(ErrorOf([] { Parse(std::string(65, '[') + std::string(65, ']')); }).code(),
            "yaml.too_deep");
  EXPECT_EQ(ErrorOf([] { ParseYaml("abcdef", "f", {.bytes_max = 5}); }).code(), "yaml.too_large");
}

TEST(Yaml, GetsTypedValues) {
  YamlNode list = Parse("[42, -1, 2.5, true, 90s, 512MB, '5m']");
  const std::vector<YamlNode>& items = list.Elements();
  EXPECT_EQ(items[0].AsInteger(), 42);
  EXPECT_EQ(items[1].AsInteger(-1, 1), -1);
  EXPECT_EQ(items[2].AsNumber(), 2.5);
  EXPECT_TRUE(items[3].AsBoolean());
  EXPECT_EQ(items[4].AsDuration(), std::chrono::seconds(90));
  EXPECT_EQ(items[5].AsBytes(), 512'000'000U);
  EXPECT_EQ(items[6].AsDuration(), std::chrono::minutes(5));
}

TEST(Yaml, FindsPartsOfATextInTheFile) {
  struct Case {
    std::string text;
    size_t offset;
    int line;
    int column;
  };
  const Case cases[] = {
      {"a: one two", 4, 1, 8},
      {"a: 'é two'", 3, 1, 7},
      {"a: |\n  one\n\n    two\n", 7, 4, 5},
      {"a: |\r\n  one\r\n  two\r\n", 4, 3, 3},
      {"a: |2\n    one\n", 2, 2, 5},
      {"a: |-\n  one\n  two", 6, 3, 5},
  };
  for (const Case& one : cases) {
    const auto place = Parse(one.text).Entries()[0].value.PlaceIn(one.offset, 3);
    ASSERT_TRUE(place.has_value()) << one.text;
    EXPECT_EQ(place->line, one.line) << one.text;
    EXPECT_EQ(place->column, one.column) << one.text;
    EXPECT_EQ(place->length, 3);
  }
  for (const char* const written_another_way :
       {"a: \"one\\ttwo\"", "a: 'it''s'", "a: >\n  one\n  two\n", "a: one\n  two", "a: [b]"}) {
    EXPECT_FALSE(Parse(written_another_way).Entries()[0].value.PlaceIn(4, 1).has_value());
  }
}

TEST(Yaml, RefusesValuesOfAnotherType) {
  YamlNode list = Parse("['42', yes, 1.5, x, {a: 1}, [], 99999999999999999999]");
  const std::vector<YamlNode>& items = list.Elements();
  const std::function<void()> wrong[] = {
      [&] { (void)items[0].AsInteger(); }, [&] { (void)items[1].AsBoolean(); },
      [&] { (void)items[2].AsInteger(); }, [&] { (void)items[3].AsDuration(); },
      [&] { (void)items[3].AsBytes(); },   [&] { (void)items[4].AsString(); },
      [&] { (void)items[5].Entries(); },   [&] { (void)items[3].Elements(); },
      [&] { (void)items[6].AsInteger(); }, [&] { (void)items[3].AsNumber(); },
      [&] { YamlMap map(items[3], "x"); },
  };
  for (const std::function<void()>& work : wrong) {
    EXPECT_EQ(ErrorOf(work).code(), "yaml.bad_value");
  }
  EXPECT_EQ(ErrorOf([&] { (void)items[0].AsInteger(); }).sentence(),
            "Expected a whole number, found the text '42'.");
  YamlNode map = Parse("a: 300\nb:\n");
  EXPECT_EQ(ErrorOf([&] { (void)map.Entries()[0].value.AsInteger(1, 99); }).sentence(),
            "Expected a whole number from 1 to 99, found '300'.");
  EXPECT_EQ(ErrorOf([&] { YamlMap(map, "a task").Require("b"); }).sentence(),
            "The key 'b' is missing in a task.");
}

}  // namespace
}  // namespace laguna::base
