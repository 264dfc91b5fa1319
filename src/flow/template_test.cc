// SPDX-License-Identifier: Apache-2.0
#include "flow/template.h"

#include <gtest/gtest.h>

#include "flow/flow_for_test.h"
#include "flow/reference.h"

namespace laguna::flow {
namespace {

// `text` as the value of a one-line file "key: \"text\"".
Template Parse(const std::string& text) {
  const auto node = base::ParseYaml("key: \"" + text + "\"\n", "flows/f.yaml");
  return Template::Parse(node.Entries()[0].value);
}

const engine::NamedValues kValues{
    {"params",
     engine::ValueStruct{
         {"day", engine::Typed{"DATE", "2024-01-31"}}, {"n", 3}, {"none", engine::Null{}}}}};

TEST(Template, PiecesOfText) {
  const auto pieces = Parse("a/{{ x }}/{{y}}.csv").pieces();
  ASSERT_EQ(pieces.size(), 5U);
  EXPECT_EQ(pieces[1].text, "x");
  EXPECT_EQ(pieces[1].offset, 5U);
  EXPECT_EQ(pieces[3].text, "y");
  EXPECT_EQ(pieces[4].text, ".csv");
  EXPECT_FALSE(pieces[4].expression);
}

TEST(Template, BracesInsideAnExpressionNestAndDoNotCountInQuotes) {
  for (const std::string text : {"{'a': {'b': 1}}", "'}}'", "'it''s }}'", "{'}': 1}"}) {
    const auto pieces = Parse("{{ " + text + " }}").pieces();
    ASSERT_EQ(pieces.size(), 1U) << text;
    EXPECT_EQ(pieces[0].text, text);
  }
}

TEST(Template, WhatIsNotClosedOrEmptyIsShown) {
  for (const auto& [text, column] : std::map<std::string, int>{
           {"ab {{ x", 10}, {"{{ x }", 7}, {"{{ 'x }}", 7}, {"a {{  }}", 9}}) {
    const auto error = ErrorFrom([&text = text] { Parse(text); });
    EXPECT_EQ(error.code(), "template.syntax") << text;
    EXPECT_EQ(error.place()->column, column) << text;
  }
}

TEST(Template, AloneItKeepsItsTypeInTextItIsText) {
  EXPECT_EQ(Parse("{{ params.n }}").Evaluate(EvaluatePath, kValues), engine::Value(3));
  EXPECT_EQ(Parse("{{ params.day }}").Evaluate(EvaluatePath, kValues),
            engine::Value(engine::Typed{"DATE", "2024-01-31"}));
  EXPECT_EQ(Parse("sales-{{ params.day }}.csv").Evaluate(EvaluatePath, kValues),
            engine::Value("sales-2024-01-31.csv"));
  EXPECT_EQ(Parse("plain").Evaluate(EvaluatePath, kValues), engine::Value("plain"));
}

TEST(Template, NullInsideTextIsAnError) {
  EXPECT_TRUE(Parse("{{ params.none }}").Evaluate(EvaluatePath, kValues).IsNull());
  const auto error =
      ErrorFrom([] { (void)Parse("a/{{ params.none }}").Evaluate(EvaluatePath, kValues); });
  EXPECT_EQ(error.code(), "template.null");
}

TEST(Template, ErrorsOfTheEngineGetThePlaceInTheFile) {
  const auto error =
      ErrorFrom([] { (void)Parse("a{{ params.m }}").Evaluate(EvaluatePath, kValues); });
  EXPECT_EQ(error.code(), "sql.binder");
  EXPECT_EQ(error.place()->file, "flows/f.yaml");
  EXPECT_EQ(error.place()->line, 1);
  EXPECT_EQ(error.place()->column, 11);
}

TEST(References, AreTheNamesBehindTheRoots) {
  const auto found = FindReferences("strftime(params.Day, '%Y params.no') || tasks.\"fetch\".rows");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "day");
  EXPECT_EQ(found[0].offset, 9U);
  EXPECT_EQ(found[0].length, 10U);
  EXPECT_EQ(found[1].name, "fetch");
  EXPECT_EQ(found[1].field, "rows");
  EXPECT_TRUE(FindReferences("x.params.day + my_params.day").empty());
}

}  // namespace
}  // namespace laguna::flow
