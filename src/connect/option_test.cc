// SPDX-License-Identifier: Apache-2.0
#include "connect/option.h"

#include <gtest/gtest.h>

namespace laguna::connect {
namespace {

constexpr std::string_view kModes[] = {"full", "incremental"};
constexpr OptionSpec kSpecs[] = {
    {.name = "from", .documentation = "Where from.", .required = true},
    {.name = "mode", .documentation = "How.", .default_text = "full", .choices = kModes},
    {.name = "rows", .type = OptionType::kInteger, .documentation = "How many."},
    {.name = "dry", .type = OptionType::kBoolean, .documentation = "?", .default_text = "false"},
    {.name = "lag", .type = OptionType::kDurationMs, .documentation = "?", .default_text = "1h"},
    {.name = "size", .type = OptionType::kBytes, .documentation = "?"},
    {.name = "select", .type = OptionType::kTextList, .documentation = "?"},
    {.name = "env", .type = OptionType::kTextMap, .documentation = "?"},
    {.name = "token", .type = OptionType::kSecret, .documentation = "?"},
};
constexpr std::string_view kReserved[] = {"type"};

Options Read(const std::string& text, const OptionTemplates& templates = {}) {
  const auto node = base::ParseYaml(text, "flow.yaml");
  return Options::FromYaml(node, kSpecs, kReserved, templates);
}

base::Error ErrorOf(const std::string& text, const OptionTemplates& templates = {}) {
  try {
    Read(text, templates);
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error for " << text;
  return {base::ErrorKind::kInternal, "none", ""};
}

TEST(Options, ValuesOfEveryTypeAndDefaults) {
  const Options options = Read(
      "type: copy\nfrom: a.csv\nrows: 12\ndry: true\nsize: 1KB\nselect: [a, 'b c']\n"
      "env: {A: 1, B: two}\ntoken: {secret: CHAT_TOKEN}\n");
  EXPECT_EQ(options.Text("from"), "a.csv");
  EXPECT_EQ(options.Text("mode"), "full");
  EXPECT_EQ(options.Integer("rows"), 12);
  EXPECT_TRUE(options.Boolean("dry"));
  EXPECT_EQ(options.Integer("lag"), 3'600'000);
  EXPECT_EQ(options.Integer("size"), 1000);
  EXPECT_EQ(options.TextList("select"), (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(options.TextMap("env").at("A"), "1");
  EXPECT_EQ(options.Secret("token")->name, "CHAT_TOKEN");
}

TEST(Options, AbsentAndNullAreNotGiven) {
  const Options options = Read("from: a\nrows:\nmode: ~\n");
  EXPECT_EQ(options.Find("rows"), nullptr);
  EXPECT_FALSE(options.OptionalInteger("rows"));
  EXPECT_EQ(options.Text("mode"), "full");
  EXPECT_TRUE(options.TextList("select").empty());
}

struct BadCase {
  std::string text;
  std::string code;
  int line;
  int column;
  std::string says;
};

TEST(Options, ErrorsSayWhereAndWhat) {
  const BadCase cases[] = {
      {"from: a\nform: b\n", "option.unknown", 2, 1, "'from'"},
      {"from: a\nmode: incrementl\n", "option.bad_value", 2, 7, "'incremental'"},
      {"from: a\nrows: many\n", "yaml.bad_value", 2, 7, "whole number"},
      {"from: a\nlag: soon\n", "option.bad_value", 2, 6, "duration"},
      {"from: a\nsize: [1]\n", "option.bad_value", 2, 7, "size"},
      {"from: a\nenv: x\n", "option.bad_value", 2, 6, "map"},
      {"mode: full\n", "option.missing", 1, 1, "'from'"},
  };
  for (const BadCase& c : cases) {
    const base::Error error = ErrorOf(c.text);
    EXPECT_EQ(error.code(), c.code) << c.text;
    ASSERT_TRUE(error.place()) << c.text;
    EXPECT_EQ(error.place()->line, c.line) << c.text;
    EXPECT_EQ(error.place()->column, c.column) << c.text;
    EXPECT_NE(error.Report().find(c.says), std::string::npos) << error.Report();
  }
}

TEST(Options, APlainSecretIsRefusedAndNotShown) {
  for (const std::string text : {"from: a\ntoken: hunter2\n", "from: a\ntoken: {value: hunter2}\n",
                                 "from: a\ntoken: {secret: hunter2}\n"}) {
    const base::Error error = ErrorOf(text);
    EXPECT_EQ(error.Report().find("hunter2"), std::string::npos) << error.Report();
    EXPECT_NE(error.Report().find("{secret: NAME}"), std::string::npos) << error.Report();
    EXPECT_EQ(error.place()->line, 2);
  }
}

OptionTemplates Templates(std::optional<OptionText> value) {
  return {.holds = [](const base::YamlNode& node) { return node.text().starts_with("{{"); },
          .evaluate = [value](const base::YamlNode& /*node*/) { return value; }};
}

TEST(Options, TemplatesAreEvaluatedThenTyped) {
  const Options options = Read("from: a\nrows: '{{ 1 }}'\n", Templates("12"));
  EXPECT_EQ(options.Integer("rows"), 12);
  EXPECT_EQ(ErrorOf("from: a\nrows: '{{ 1 }}'\n", Templates("x")).code(), "option.bad_value");
  const auto list = Templates(std::vector<std::string>{"a", "b"});
  EXPECT_EQ(Read("from: a\nselect: '{{ l }}'\n", list).TextList("select").size(), 2U);
  EXPECT_EQ(ErrorOf("from: '{{ l }}'\n", list).code(), "option.bad_value");
}

TEST(Options, ATemplateThatGivesNullIsNotGiven) {
  EXPECT_EQ(Read("from: a\nmode: '{{ x }}'\n", Templates(std::nullopt)).Text("mode"), "full");
  EXPECT_EQ(ErrorOf("from: '{{ x }}'\n", Templates(std::nullopt)).code(), "option.missing");
}

TEST(Options, ACheckLetsTemplatesPass) {
  const OptionTemplates check{.holds = Templates("").holds};
  EXPECT_EQ(Read("from: '{{ x }}'\nrows: '{{ y }}'\n", check).Find("rows"), nullptr);
  EXPECT_EQ(ErrorOf("from: '{{ x }}'\nraws: 1\n", check).code(), "option.unknown");
}

TEST(Options, FromTextNamesTheOwner) {
  const Options options =
      Options::FromText({{"from", "a"}, {"select", "x,y"}, {"env", "A=1"}}, kSpecs, "task 'f'");
  EXPECT_EQ(options.TextList("select").size(), 2U);
  EXPECT_EQ(options.TextMap("env").at("A"), "1");
  try {
    Options::FromText({{"from", "a"}, {"token", "hunter2"}}, kSpecs, "task 'f'");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(error.sentence().find("task 'f'"), std::string::npos);
    EXPECT_EQ(error.Report().find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace laguna::connect
