// SPDX-License-Identifier: Apache-2.0
// Templates and parameters as the engine really evaluates them.
#include <gtest/gtest.h>

#include "engine/database.h"
#include "engine/session.h"
#include "flow/flow_for_test.h"
#include "flow/parameter.h"

namespace laguna::flow {
namespace {

class EngineTemplateTest : public ::testing::Test {
 protected:
  engine::Value Evaluate(const std::string& text, const engine::NamedValues& values) {
    const auto node = base::ParseYaml("key: \"" + text + "\"\n", "flows/f.yaml");
    return Template::Parse(node.Entries()[0].value).Evaluate(evaluate_, values);
  }

  engine::Database database_{engine::DatabaseConfig{}};
  engine::Session session_{database_};
  Evaluator evaluate_ = [this](std::string_view expression, const engine::NamedValues& values) {
    return session_.Evaluate(expression, values);
  };
};

engine::NamedValues Values() {
  return {
      {"params", engine::ValueStruct{{"day", engine::Typed{"DATE", "2024-01-31"}},
                                     {"country", engine::Null{}}}},
      {"run", engine::ValueStruct{{"id", "r1"},
                                  {"started", engine::Typed{"TIMESTAMP WITH TIME ZONE",
                                                            "2024-02-01T01:00:00.000Z"}}}},
      {"tasks",
       engine::ValueStruct{{"fetch", engine::ValueStruct{{"state", "COMPLETED"}, {"rows", 12}}},
                           {"skipped", engine::ValueStruct{{"state", "COMPLETED"}}}}},
  };
}

TEST_F(EngineTemplateTest, ExpressionsOverParametersAndTasks) {
  const std::pair<std::string, engine::Value> cases[] = {
      {"{{ tasks.fetch.rows > 0 }}", true},
      {"{{ tasks.fetch.rows * 2 }}", 24},
      {"landing/{{ strftime(params.day, '%Y/%m/%d') }}.csv", "landing/2024/01/31.csv"},
      {"{{ params.day + 1 }}", engine::Typed{"DATE", "2024-02-01"}},
      {"{{ coalesce(params.country, 'CO') }}", "CO"},
      {"{{ params.country }}", engine::Null{}},
      {"{{ ['a', tasks.fetch.state] }}", engine::ValueList{"a", "COMPLETED"}},
      {"{{ run.started::DATE }}", engine::Typed{"DATE", "2024-02-01"}},
      {"{{ today() > params.day }}", true},
      {"{{ now() > run.started }}", true},
  };
  for (const auto& [text, value] : cases) {
    EXPECT_EQ(Evaluate(text, Values()), value) << text;
  }
}

TEST_F(EngineTemplateTest, ErrorsPointIntoTheFile) {
  for (const std::string text : {"a {{ tasks.skipped.rows }}", "a {{ params.dy }}", "a {{ 1 + }}",
                                 "a {{ x(1) }}", "a {{ (SELECT 1) }}"}) {
    const auto error = ErrorFrom([&] { (void)Evaluate(text, Values()); });
    EXPECT_NE(error.kind(), base::ErrorKind::kInternal) << text;
    ASSERT_TRUE(error.place()) << text;
    EXPECT_EQ(error.place()->file, "flows/f.yaml") << text;
    EXPECT_GE(error.place()->column, 12) << text << error.Report();
  }
}

TEST_F(EngineTemplateTest, ParametersGetTheirTypes) {
  const FlowDefinition flow = ParseFlowText(
      "flow: f\nparams:\n  day: {type: date, default: '{{ today() - 1 }}'}\n"
      "  rows: {type: integer, default: 5}\n  share: {type: number, default: 0.5}\n"
      "  dry: {type: boolean, default: true}\n  at: {type: timestamp, required: false}\n"
      "  next: {type: date, default: '{{ params.day + params.rows::INTEGER }}'}\n"
      "tasks:\n  a: {type: work}\n");
  const auto values = ResolveParameters(flow, {{"day", "2024-01-31"}}, evaluate_, {});
  EXPECT_EQ(values[0].second, engine::Value(engine::Typed{"DATE", "2024-01-31"}));
  EXPECT_EQ(values[1].second, engine::Value(5));
  EXPECT_EQ(values[2].second, engine::Value(0.5));
  EXPECT_EQ(values[3].second, engine::Value(true));
  EXPECT_TRUE(values[4].second.IsNull());
  EXPECT_EQ(values[5].second, engine::Value(engine::Typed{"DATE", "2024-02-05"}));
  EXPECT_NO_THROW(ResolveParameters(flow, {}, evaluate_, {}));
  const auto error = ErrorFrom([&] {
    ResolveParameters(flow, {{"day", "31.1.2024"}}, evaluate_, {});
  });
  EXPECT_EQ(error.code(), "flow.parameter");
  EXPECT_NE(error.sentence().find("has to be of type date; '31.1.2024' is not"), std::string::npos);
}

}  // namespace
}  // namespace laguna::flow
