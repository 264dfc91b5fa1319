// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

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

Json Parse(std::string_view text) {
  return ParseJson(text, "f.json", ErrorKind::kCorrupt);
}

TEST(Json, KeepsOrderAndValues) {
  std::string text = R"({"z":1,"a":[true,null,-2,1.5,"\u00e9",{}],"m":18446744073709551615})";
  Json value = Parse(text);
  EXPECT_EQ(DumpJson(value), R"({"z":1,"a":[true,null,-2,1.5,"é",{}],"m":18446744073709551615})");
  EXPECT_EQ(DumpJson(Parse("7")), "7");
}

TEST(Json, SaysWhereTheTextIsWrong) {
  Error error = ErrorOf([] { Parse("{\n  \"a\": 1,\n  \"é\": x\n}"); });
  EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->file, "f.json");
  EXPECT_EQ(error.place()->line, 3);
  EXPECT_EQ(error.place()->column, 8);
  EXPECT_EQ(error.place()->excerpt, "  \"é\": x");
}

TEST(Json, RefusesWhatIsNoDocument) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}{}", "nul", "// c\n1", "\"\xFF\"", "1e999",
                           "{\"a\":1,\"a\":2}", "[\"\t\"]"}) {
    EXPECT_EQ(ErrorOf([&] { Parse(text); }).kind(), ErrorKind::kCorrupt) << text;
  }
}

TEST(Json, BoundsDepthAndSize) {
  EXPECT_NO_THROW(Parse(std::string(100, '[') + std::string(100, ']')));
  EXPECT_EQ(ErrorOf([] { Parse(std::string(101, '[') + std::string(101, ']')); }).code(),
            "json.too_deep");
  EXPECT_EQ(ErrorOf([] { Parse(std::string(1'000'000, '[')); }).code(), "json.too_deep");
  EXPECT_EQ(ErrorOf([] { ParseJson("12345", "f", ErrorKind::kCorrupt, {.bytes_max = 4}); }).code(),
            "json.too_large");
}

// Objects of very many keys must not take quadratic time; this would take minutes.
TEST(Json, TakesLargeObjectsInLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  text.back() = '}';
  EXPECT_EQ(Parse(text).size(), 200'000U);
}

TEST(Json, ViewNamesThePathInErrors) {
  Json document = Parse(R"({"schema":{"fields":[{"name":"a","type":7}]},"none":null})");
  JsonView view(document, "f.json", ErrorKind::kCorrupt);
  JsonView field = view.Require("schema").Require("fields").Elements()[0];
  EXPECT_EQ(field.Require("name").AsString(), "a");
  EXPECT_FALSE(view.Find("none"));
  EXPECT_FALSE(view.Find("absent"));
  EXPECT_EQ(ErrorOf([&] { (void)field.Require("type").AsString(); }).sentence(),
            "f.json: $.schema.fields[0].type has to be a string, but is a number.");
  EXPECT_EQ(ErrorOf([&] { (void)field.Require("nullable"); }).sentence(),
            "f.json: $.schema.fields[0] lacks 'nullable'.");
  const std::vector<std::string> known{"name", "typ"};
  EXPECT_EQ(ErrorOf([&] { field.RefuseUnknown(known); }).hint(), "Did you mean 'typ'?");
}

TEST(Json, ViewChecksNumbers) {
  Json document = Parse("[9223372036854775807, 9223372036854775808, 1.0, -5, true]");
  std::vector<JsonView> elements = JsonView(document, "f", ErrorKind::kCorrupt).Elements();
  EXPECT_EQ(elements[0].AsInteger(), INT64_MAX);
  EXPECT_EQ(elements[3].AsInteger(), -5);
  EXPECT_EQ(elements[3].AsNumber(), -5.0);
  for (size_t bad : {1U, 2U, 4U}) {
    EXPECT_EQ(ErrorOf([&] { (void)elements[bad].AsInteger(); }).kind(), ErrorKind::kCorrupt) << bad;
  }
}

TEST(Json, DumpRefusesTextThatIsNotUtf8) {
  EXPECT_EQ(ErrorOf([] { DumpJson(Json("\xFF")); }).kind(), ErrorKind::kInvalidInput);
}

}  // namespace
}  // namespace laguna::base
