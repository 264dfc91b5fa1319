// SPDX-License-Identifier: Apache-2.0
#include "flow/definition.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "flow/block_value.h"
#include "flow/flow_files.h"
#include "flow/flow_for_test.h"
#include "flow/parameter.h"

namespace laguna::flow {
namespace {

constexpr const char* kNightly = R"(flow: nightly
description: All of it.
params:
  day: {type: date, default: "{{ run.started }}"}
  country: {type: text, required: false}
triggers:
  - {cron: "0 1 * * *", timezone: America/Bogota, catchup: false}
  - {files: landing/sales/*.csv}
concurrency: {limit: 1, overlap: skip}
tasks:
  fetch:
    type: copy
    from: "shop/{{ params.day }}.csv"
    retry: {attempts: 3, delay: 10s, backoff: 2, jitter: 0}
    timeout: 10m
  refresh:
    type: work
    select: [bronze.sales]
    rows: "{{ tasks.fetch.rows }}"
    needs: fetch
  notify:
    type: work
    when: "{{ tasks.fetch.rows > 0 }}"
    needs: [refresh]
)";

TEST(FlowDefinition, WhatAFileSays) {
  const FlowDefinition flow = ParseFlowText(kNightly);
  EXPECT_EQ(flow.name, "nightly");
  ASSERT_EQ(flow.parameters.size(), 2U);
  EXPECT_FALSE(flow.parameters[0].required);
  EXPECT_EQ(flow.concurrency.limit, 1);
  EXPECT_EQ(flow.concurrency.overlap, Overlap::kSkip);
  ASSERT_EQ(flow.tasks.size(), 3U);
  EXPECT_EQ(flow.tasks[0].retry.attempts, 3);
  EXPECT_EQ(flow.tasks[0].timeout, std::chrono::minutes(10));
  EXPECT_EQ(flow.tasks[1].needs, std::vector<std::string>{"fetch"});
  EXPECT_TRUE(flow.tasks[2].when);
  ASSERT_EQ(flow.triggers.size(), 2U);
  EXPECT_EQ(std::get<CronTrigger>(flow.triggers[0].what).schedule.text(),
            "0 1 * * * America/Bogota");
  ASSERT_EQ(flow.Notices().size(), 1U);
  EXPECT_NE(flow.Notices()[0].find("files trigger"), std::string::npos);
}

struct BadFlow {
  std::string text;
  std::string code;
  int line;
  std::string says;
};

TEST(FlowDefinition, ErrorsSayWhereAndWhat) {
  const std::string head = "flow: f\n";
  const BadFlow cases[] = {
      {"flow: f\ntask:\n  a: {type: work}\n", "", 1, "'tasks'"},
      {head + "taks: 1\ntasks:\n  a: {type: work}\n", "", 2, "'taks'"},
      {head + "tasks:\n  a: {type: wrok}\n", "flow.task_type", 3, "'work'"},
      {head + "tasks:\n  a: {sy: x}\n", "flow.task_type", 3, "copy"},
      {head + "tasks:\n  a: {type: work, syy: x}\n", "option.unknown", 3, "'say'"},
      {head + "tasks:\n  a: {type: work, neds: b}\n", "option.unknown", 3, "'needs'"},
      {head + "tasks:\n  a: {type: copy}\n", "option.missing", 3, "'from'"},
      {head + "tasks:\n  fetch: {type: work}\n  b: {type: work, needs: fech}\n", "flow.needs", 4,
       "'fetch'"},
      {head + "tasks:\n  a: {type: work, needs: [a]}\n", "flow.needs", 3, "itself"},
      {head + "tasks:\n  a: {type: work}\n  b: {type: work, needs: [a, a]}\n", "flow.needs", 4,
       "twice"},
      {head + "tasks:\n  a: {type: work, needs: c}\n  b: {type: work, needs: a}\n"
              "  c: {type: work, needs: b}\n",
       "flow.cycle", 4, "'a' needs 'c' needs 'b' needs 'a'"},
      {head + "tasks:\n  a-b: {type: work}\n", "flow.name", 3, "'a-b'"},
      {head + "tasks:\n  a: {type: work}\n  A: {type: work}\n", "flow.name", 4, "case"},
      {head + "tasks: {}\n", "flow.no_tasks", 2, "one task"},
      {head + "params:\n  d: {type: dat}\ntasks:\n  a: {type: work}\n", "flow.parameter_type", 3,
       "'date'"},
      {head + "concurrency: {limit: 0}\ntasks:\n  a: {type: work}\n", "", 2, "from 1"},
      {head + "concurrency: {limit: 1, overlap: cancel}\ntasks:\n  a: {type: work}\n",
       "flow.overlap", 2, "cancel"},
      {head + "triggers: [{cron: '61 * * * *'}]\ntasks:\n  a: {type: work}\n", "flow.cron", 2,
       "'61' is no minute"},
      {head + "triggers: [{cron: '@daily', timezone: Europe/Berln}]\ntasks:\n  a: {type: work}\n",
       "flow.time_zone", 2, "Europe/Berlin"},
      {head +
           "params:\n  d: {type: date}\ntriggers: [{cron: '@daily'}]\ntasks:\n  a: {type: work}\n",
       "flow.parameter", 4, "'d'"},
      {head + "triggers: [{crn: x}]\ntasks:\n  a: {type: work}\n", "", 2, "'cron'"},
      {head + "tasks:\n  a: {type: work, retry: {attempts: 0}}\n", "", 3, "from 1"},
      {head + "tasks:\n  a: {type: work, timeout: soon}\n", "", 3, "soon"},
      {head + "tasks:\n  a: {type: work, when: maybe}\n", "flow.when", 3, "true or false"},
      {head + "tasks:\n  a: {type: work, say: '{{ x'}\n", "template.syntax", 3, "closed"},
  };
  for (const BadFlow& c : cases) {
    const auto error = ErrorFrom([&] { ParseFlowText(c.text); });
    if (!c.code.empty()) {
      EXPECT_EQ(error.code(), c.code) << c.text;
    }
    ASSERT_TRUE(error.place()) << c.text << error.Report();
    EXPECT_EQ(error.place()->line, c.line) << c.text << error.Report();
    EXPECT_NE(error.Report().find(c.says), std::string::npos) << error.Report();
  }
}

// A chain of tasks, each of which needs the one before it.
std::string ChainOf(size_t count) {
  std::string text = "flow: f\ntasks:\n  t0: {type: work}\n";
  for (size_t i = 1; i < count; ++i) {
    text += fmt::format("  t{}: {{type: work, needs: t{}}}\n", i, i - 1);
  }
  return text;
}

TEST(FlowDefinition, TasksHaveALimit) {
  EXPECT_EQ(ParseFlowText(ChainOf(kTasksMax)).tasks.size(), kTasksMax);
  EXPECT_EQ(ErrorFrom([] { ParseFlowText(ChainOf(kTasksMax + 1)); }).code(), "flow.too_many_tasks");
}

connect::Blocks ShopBlocks() {
  connect::Blocks blocks;
  const auto node = base::ParseYaml(
      "type: postgres\ndatabase: shop\nuser: me\npassword: {secret: SHOP}\n", "blocks/shop.yaml");
  blocks.Add(connect::Block::Parse("shop", node));
  return blocks;
}

TEST(FlowDefinition, NamesInsideTemplatesAreChecked) {
  const connect::Blocks blocks = ShopBlocks();
  const auto flow_saying = [&](const std::string& expression) {
    return ParseFlowText(
        "flow: f\nparams:\n  day: {type: date}\ntasks:\n  a: {type: work}\n  b: {type: work}\n"
        "  c:\n    type: work\n    needs: a\n    say: \"x {{ " +
            expression + " }}\"\n",
        &blocks);
  };
  for (const char* good : {"params.day", "PARAMS.Day", "tasks.a.rows", "run.id", "block.shop.host",
                           "'params.nothing'"}) {
    EXPECT_NO_THROW(flow_saying(good)) << good;
  }
  const std::map<std::string, std::string> bad{
      {"params.dy", "template.unknown"},       {"tasks.d.rows", "template.unknown"},
      {"tasks.b.rows", "template.not_before"}, {"tasks.c.rows", "template.not_before"},
      {"run.ids", "template.unknown"},         {"block.shp.host", "template.unknown"},
      {"block.shop.hst", "template.unknown"},  {"block.shop.password", "template.secret"},
  };
  for (const auto& [expression, code] : bad) {
    const auto error = ErrorFrom([&, &e = expression] { flow_saying(e); });
    EXPECT_EQ(error.code(), code) << expression;
    EXPECT_EQ(error.place()->line, 10) << expression;
    EXPECT_EQ(error.place()->column, 16) << expression;
  }
}

TEST(FlowDefinition, OutputsInsideTemplatesAreThoseOfTheTasksType) {
  const auto flow_saying = [](const std::string& expression) {
    return ParseFlowText(
        "flow: f\ntasks:\n  a: {type: copy, from: x}\n  b: {type: work, needs: a, say: '{{ " +
        expression + " }}'}\n");
  };
  for (const char* good : {"tasks.a.rows", "tasks.A.Files", "tasks.a.state", "tasks.a"}) {
    EXPECT_NO_THROW(flow_saying(good)) << good;
  }
  const auto error = ErrorFrom([&] { flow_saying("tasks.a.row"); });
  EXPECT_EQ(error.code(), "template.unknown");
  EXPECT_EQ(error.hint(), "Did you mean 'rows'?");
  EXPECT_EQ(error.place()->line, 4);
}

TEST(BlockValues, HoldNoSecret) {
  const engine::Value value = BlockValues(ShopBlocks());
  EXPECT_EQ(value.ToText().find("SHOP"), std::string::npos);
  EXPECT_EQ(value.ToText().find("password"), std::string::npos);
  EXPECT_NE(value.ToText().find("'database': 'shop'"), std::string::npos);
}

engine::ValueStruct Resolve(const std::map<std::string, std::string>& given) {
  const FlowDefinition flow = ParseFlowText(
      "flow: f\nparams:\n  day: {type: date}\n  next: {type: text, default: \"{{ params.day }}\"}\n"
      "  country: {type: text, required: false}\ntasks:\n  a: {type: work}\n");
  return ResolveParameters(flow, given, EvaluatePath, {});
}

TEST(Parameters, GivenDefaultedOrNull) {
  const auto values = Resolve({{"day", "2024-01-31"}});
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].second, engine::Value("2024-01-31"));
  EXPECT_EQ(values[1].second, engine::Value("2024-01-31"));
  EXPECT_TRUE(values[2].second.IsNull());
}

TEST(Parameters, WrongOnesAreNamed) {
  const std::pair<std::map<std::string, std::string>, std::string> cases[] = {
      {{}, "needs the parameter 'day'"},
      {{{"day", "bad"}}, "has to be of type date; 'bad' is not"},
      {{{"day", "x"}, {"dat", "y"}}, "no parameter 'dat'"},
  };
  for (const auto& [given, says] : cases) {
    const auto error = ErrorFrom([&, &g = given] { Resolve(g); });
    EXPECT_EQ(error.code(), "flow.parameter");
    EXPECT_NE(error.sentence().find(says), std::string::npos) << error.sentence();
  }
}

TEST(FlowFiles, OneBrokenFileHidesNoOther) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "flow_files";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "nightly.yaml") << kNightly;
  std::ofstream(folder / "broken.yaml") << "flow: broken\ntasks: 3\n";
  std::ofstream(folder / "twin.yaml") << kNightly;
  const FlowFiles files = FlowFiles::Load(folder.string(), {kTaskTypes});
  EXPECT_EQ(files.flows().size(), 1U);
  ASSERT_EQ(files.problems().size(), 2U);
  EXPECT_EQ(files.problems()[1].code(), "flow.duplicate");
  EXPECT_EQ(files.Get("nightly").file, "flows/nightly.yaml");
  EXPECT_EQ(ErrorFrom([&] { (void)files.Get("broken"); }).place()->line, 2);
  EXPECT_NE(ErrorFrom([&] { (void)files.Get("nihgtly"); }).hint().find("'nightly'"),
            std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace laguna::flow
