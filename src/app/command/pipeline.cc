// SPDX-License-Identifier: Apache-2.0
// laguna pipeline: the tables of the pipeline folder, checked and refreshed.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/output/display_width.h"
#include "app/pipeline_text.h"
#include "app/pipeline_watch.h"
#include "app/query_watch.h"
#include "pipeline/check.h"
#include "pipeline/run.h"
#include "pipeline/selection.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int kExitFailed = 1;

struct PipelineOptions {
  std::vector<std::string> select;
  bool full_refresh = false;
};

int ExitCodeOf(ErrorKind kind) {
  return base::InfoOf(kind).exit_code;
}

LineStyle StyleFor(const std::vector<std::string>& names, const Console& console) {
  LineStyle style{.colour = console.terminal().colour_out, .seconds = console.terminal().out};
  for (const std::string& name : names) {
    style.name_width = std::max(style.name_width, DisplayWidth(name));
  }
  return style;
}

void WriteLine(Console& console, const std::string& line) {
  console.out().Write(line + "\n");
  console.out().Flush();
}

void WriteJson(Console& console, const base::Json& json) {
  console.out().Write(base::DumpJson(json, true) + "\n");
}

// Those of a check: the mistakes in the files, and what is wrong below them.
std::vector<Error> ErrorsOf(const pipeline::CheckReport& report) {
  std::vector<Error> errors = report.errors;
  for (const pipeline::TableCheck& check : report.tables) {
    if (check.failure) errors.push_back(*check.failure);
  }
  return errors;
}

std::vector<size_t> InOrder(const pipeline::Pipeline& pipeline, const std::set<size_t>& selected) {
  std::vector<size_t> order = pipeline.graph.Order();
  // Those on a circle have no place in it.
  for (size_t i = 0; i < pipeline.tables.size(); ++i) {
    if (std::find(order.begin(), order.end(), i) == order.end()) order.push_back(i);
  }
  std::erase_if(order, [&](size_t table) { return !selected.contains(table); });
  return order;
}

void ShowCheck(const pipeline::Pipeline& pipeline, const pipeline::CheckReport& report,
               const std::set<size_t>& selected, Console& console) {
  const LineStyle style = StyleFor(pipeline.Names(), console);
  for (const size_t table : InOrder(pipeline, selected)) {
    WriteLine(console, CheckLine(pipeline, report, table, style));
  }
  for (const std::string& notice : report.notices) console.Note(notice);
}

int Check(const PipelineOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  engine::Session session(composition->database());
  std::optional<QueryWatch> watch(std::in_place, session, context.console, context.interrupts);
  const pipeline::Pipeline pipeline = pipeline::LoadPipeline(composition->environment(), session);
  const std::set<size_t> selected =
      pipeline::SelectTables(options.select, pipeline.Names(), pipeline.graph);
  const pipeline::CheckReport report =
      pipeline::CheckPipeline(composition->environment(), session, pipeline,
                              {.find_orphaned_tables = options.select.empty()});
  watch.reset();
  if (context.options.json) {
    WriteJson(context.console, CheckAsJson(pipeline, report, InOrder(pipeline, selected)));
  } else {
    ShowCheck(pipeline, report, selected, context.console);
  }
  for (const Error& error : ErrorsOf(report)) context.console.Report(error);
  if (!report.errors.empty()) return ExitCodeOf(ErrorKind::kInvalidInput);
  return ErrorsOf(report).empty() ? 0 : kExitFailed;
}

// Tables do not hang on it: a run without it only keeps no counts of its expectations.
state::ControlState* StateOf(Composition& composition, PipelineWatch& watch) try {
  return &composition.state();
} catch (const Error& error) {
  watch.Note(error.sentence() +
             " The expectations of this run are checked, but not counted there.");
  if (!error.hint().empty()) watch.Note("hint: " + error.hint());
  return nullptr;
}

pipeline::RunReport RunWatched(Composition& composition, const PipelineOptions& options,
                               CommandContext& context) {
  engine::Session session(composition.database());
  PipelineWatch watch(session, context.console, context.interrupts);
  LineStyle style;
  pipeline::RunOptions run;
  run.select = options.select;
  run.full_refresh = options.full_refresh;
  run.call.stop = watch.stop();
  run.on_plan = [&](const std::vector<std::string>& names) {
    style = StyleFor(names, context.console);
    watch.Plan(names.size());
  };
  run.on_start = [&](const pipeline::Definition& table) { watch.Begin(table.table.table); };
  run.on_batch = [&](const pipeline::TableReport& table) {
    watch.Advance(table.batches, table.rows_written);
  };
  run.on_table = [&](const pipeline::TableReport& table) { watch.End(RefreshLine(table, style)); };
  run.on_notice = [&](std::string_view sentence) { watch.Note(sentence); };
  return pipeline::RunPipeline({composition.environment(), session, StateOf(composition, watch)},
                               run);
}

void ShowRun(const pipeline::RunReport& report, Console& console) {
  for (const pipeline::TableReport& table : report.tables) {
    for (const std::string& line : pipeline::FailedExpectations(table)) console.Note(line);
  }
}

void ReportErrors(const pipeline::RunReport& report, Console& console) {
  for (const Error& error : report.errors) console.Report(error);
  for (const pipeline::TableReport& table : report.tables) {
    const bool failed = table.state == pipeline::RefreshState::kFailed;
    if (failed && table.error) console.Report(*table.error);
  }
  if (report.cancelled) {
    console.Note("Stopped. What was committed stays; the next run takes up the rest.");
  }
}

int Run(const PipelineOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  const pipeline::RunReport report = RunWatched(*composition, options, context);
  if (context.options.json) {
    WriteJson(context.console, RunAsJson(report));
  } else {
    ShowRun(report, context.console);
  }
  ReportErrors(report, context.console);
  if (report.cancelled) return ExitCodeOf(ErrorKind::kCancelled);
  if (!report.errors.empty()) return ExitCodeOf(ErrorKind::kInvalidInput);
  return report.failed() ? kExitFailed : 0;
}

void AddSelect(CLI::App& parser, PipelineOptions& options) {
  parser.add_option("SELECT", options.select,
                    "zone.table, zone.table+ (and what reads it), +zone.table (and what it "
                    "reads), zone.*; default: every table");
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<PipelineOptions>();
  parser.require_subcommand(1);
  CLI::App* check =
      parser.add_subcommand("check", "Finds mistakes before anything runs: names, types, circles.");
  CLI::App* run =
      parser.add_subcommand("run", "Checks, then refreshes the tables, sources before readers.");
  AddSelect(*check, *options);
  AddSelect(*run, *options);
  run->add_flag("--full-refresh", options->full_refresh,
                "makes the chosen tables anew from all their sources have now");
  return [=](CommandContext& context) {
    return check->parsed() ? Check(*options, context) : Run(*options, context);
  };
}

}  // namespace

extern const Command pipeline_command{
    .name = "pipeline",
    .group = CommandGroup::kWork,
    .summary = "Checks and refreshes the tables that pipelines/ defines.",
    .documentation =
        "The files pipelines/**/*.sql define streaming tables, which take in the new rows of\n"
        "their sources exactly once, and materialized views, which always equal their query.\n"
        "What reads what is found in the SQL. A run changes nothing when nothing is new; it\n"
        "may be stopped or killed at any moment and run again.\n"
        "\n"
        "A table that fails stops only those that read it; the exit code is then 1. With\n"
        "mistakes in the files nothing runs, and the exit code is 2.",
    .examples = R"text(
  laguna pipeline check                        every mistake, with its place
  laguna pipeline run                          all tables
  laguna pipeline run silver.sales+            the table and all that reads it
  laguna pipeline run +gold.daily              the table and all it reads
  laguna pipeline run 'bronze.*' --full-refresh
  laguna sql -c "FROM laguna.expectations"     what expectations counted
)text",
    .add_options = AddOptions,
};

}  // namespace laguna::app
