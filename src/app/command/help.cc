// SPDX-License-Identifier: Apache-2.0
// laguna help: pages that are made from the program's own tables.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/command_line.h"
#include "app/output/wrapped_text.h"
#include "base/nearest_name.h"
#include "catalog/lake_environment.h"
#include "connect/block.h"
#include "engine/own_statement.h"
#include "ingest/read_files_function.h"
#include "ingest/read_files_options.h"
#include "task/task.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

// Where the meanings of errors begin.
constexpr size_t kMeaningColumn = 35;

std::string ErrorPage() {
  std::string page =
      "Errors have a kind, which decides the exit code, and a code of the form area.what, which\n"
      "stays the same between versions. With --json each is an object on a line of stderr,\n"
      "{\"error\": {\"kind\", \"code\", \"message\", \"hint\", \"place\", \"values\"}}; stdout has "
      "documents\n"
      "only, in which a command may tell its errors once more.\n\n";
  page += fmt::format("  {:<17} {:>4}  {:>8}  {}\n", "kind", "exit", "SQLSTATE", "meaning");
  for (const base::ErrorKindInfo& info : base::ErrorKinds()) {
    page += fmt::format("  {:<17} {:>4}  {:>8}  {}\n", info.name, info.exit_code, info.sqlstate,
                        Wrapped(info.meaning, kMeaningColumn));
  }
  return page;
}

void AppendEntry(std::string& page, std::string_view syntax, std::string_view documentation,
                 std::string_view example) {
  page += fmt::format("\n  {}\n{}", syntax, WrappedParagraphs(documentation, 4));
  if (!example.empty()) page += fmt::format("\n    Example: {}\n", example);
}

// Where the meanings of read_files' options begin.
constexpr size_t kOptionColumn = 35;

void AppendReadFiles(std::string& page) {
  const catalog::FunctionPage function = ingest::ReadFilesPage();
  AppendEntry(page, function.syntax, function.documentation, function.example);
  page += "\n    Options:\n";
  for (const ingest::ReadFilesOption& option : ingest::AllReadFilesOptions()) {
    page += fmt::format("    {:<20} {:<9} {}\n", option.name, option.type,
                        Wrapped(option.documentation, kOptionColumn));
  }
}

std::string SqlPage() {
  std::string page =
      "laguna speaks DuckDB's SQL (SELECT, CREATE TABLE AS, INSERT, COPY, ...) and adds to it:\n"
      "\nStatements\n";
  for (const engine::OwnStatement* statement : catalog::LakeStatements()) {
    AppendEntry(page, statement->syntax, statement->documentation, statement->example);
  }
  page += "\nFunctions\n";
  for (const catalog::FunctionPage& function : catalog::LakeFunctionPages()) {
    AppendEntry(page, function.syntax, function.documentation, function.example);
  }
  AppendReadFiles(page);
  return page + "\nThe options of the command sql: laguna sql --help\n";
}

constexpr std::string_view kPipelinesPage =
    R"text(Files pipelines/**/*.sql define tables and the queries that make them:

  CREATE [OR REFRESH] STREAMING TABLE zone.name [clauses] AS query
    Takes in the rows that are new behind the word STREAM, each exactly once: files
    (FROM STREAM read_files('landing/sales/*.csv')) or a table that is only added to
    (FROM STREAM bronze.sales). Relations without STREAM are read whole, for joins.

  CREATE [OR REFRESH] MATERIALIZED VIEW zone.name [clauses] AS query
    Always equals its query.

Clauses, in this order:

  (CONSTRAINT name EXPECT (condition) [ON VIOLATION what], ...)
    Rows that do not meet the condition (NULL does not) are counted and kept; or, by `what`:
      DROP ROW       left out
      QUARANTINE     put into <table>__quarantine, with the names of what they missed
      FAIL UPDATE    nothing is committed
  PARTITIONED BY (column, ...)
  COMMENT 'text'
  TBLPROPERTIES ('name' = 'value', ...)

What reads what is found in the queries. 'laguna pipeline check' tells every mistake before
anything runs, 'laguna pipeline run' refreshes what is not up to date, and laguna.expectations
has what each expectation counted. Rows that cannot be parsed go to <table>__errors.
)text";

constexpr std::string_view kFlowsPage =
    R"text(A file flows/<name>.yaml is a flow: tasks, and which needs which.

  flow: nightly
  description: Sales of one day.
  params:
    day: {type: date, default: "{{ run.due::DATE - 1 }}"}
  triggers:
    - {cron: "0 1 * * *", timezone: America/Bogota, catchup: true}
  concurrency: {limit: 1, overlap: queue}
  tasks:
    fetch:
      type: copy
      from: ../shop/sales.csv
      to: landing/sales/
      retry: {attempts: 3, delay: 10s, backoff: 2, jitter: 0.2}
      timeout: 10m
    refresh:
      type: pipeline
      needs: [fetch]
    tell:
      type: shell
      arguments: [notify-send, "{{ tasks.refresh.rows }} rows on {{ params.day }}"]
      needs: [refresh]
      when: "{{ tasks.refresh.rows > 0 }}"

The flow:
  params         by name: type (text, integer, number, boolean, date, timestamp), default,
                 description; one without a default has to be given, or 'required: false'
                 makes it NULL
  concurrency    limit: runs at a time; overlap: queue or skip, what one more does
  triggers       cron: minute, hour, day of the month, month, day of the week (seconds before
                 them are possible), or @daily; timezone, else the lake's; catchup: true
                 starts later what nobody was there to start. 'laguna flow serve' keeps them

Every task:
  type           what it does: 'laguna help tasks'
  needs          the tasks to be done before; a task whose need failed is not run
  when           a condition; when false or NULL, the task is skipped, its outputs are NULL, and
                 those that need it go on
  retry          tries in total, wait before the second, growth and variation of the wait
  timeout        of one try; then it is stopped

{{ ... }} in a value is a SQL expression over params, tasks.<name>.<output> (of tasks it needs),
run.id, run.flow, run.started, run.due (when its schedule wanted it) and block.<name>.<option>;
secrets are not among them.

Run it with 'laguna flow run nightly -p day=2024-01-31'.
)text";

// Pages that are no table of the program.
struct WrittenPage {
  std::string_view topic;
  std::string (*text)();
};

constexpr std::array<WrittenPage, 4> kWrittenPages{{
    {"errors", ErrorPage},
    {"flows", [] { return std::string(kFlowsPage); }},
    {"pipelines", [] { return std::string(kPipelinesPage); }},
    {"sql", SqlPage},
}};

// `below` is a command of the command ("run" of "pipeline"), or empty.
int PrintCommandPage(const std::string& topic, const std::string& below, CommandContext& context) {
  std::vector<std::string> line{topic};
  if (!below.empty()) line.push_back(below);
  line.emplace_back("--help");
  return ParseCommandLine(line, Commands()).action(context);
}

// What a task or a block is, as its page and the lists show it.
struct TypeEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view documentation;
  std::span<const connect::OptionSpec> options;
};

// A kind of things that have types, each with a page made from its options.
struct TypeTopic {
  // "task": the topic "tasks" lists them.
  std::string_view kind;
  std::string_view introduction;
  std::vector<TypeEntry> (*entries)();
  // Options that every type has; empty: none.
  std::string_view common;
};

std::vector<TypeEntry> TaskEntries() {
  std::vector<TypeEntry> entries;
  for (const task::Task* task : task::Tasks()) {
    const flow::TaskType& type = task->type;
    entries.push_back({type.name, type.summary, type.documentation, type.options});
  }
  return entries;
}

std::vector<TypeEntry> BlockEntries() {
  std::vector<TypeEntry> entries;
  for (const connect::BlockType* type : connect::BlockTypes()) {
    entries.push_back({type->name, type->summary, type->documentation, type->options});
  }
  return entries;
}

constexpr std::string_view kTasksPage =
    "What a task of a flow (flows/<name>.yaml) can do, by its `type`:\n";
constexpr std::string_view kTaskCommon =
    "\nBeside these, every task has `description`, `needs`, `when`, `retry` and `timeout`.\n";
constexpr std::string_view kBlocksPage =
    "What a block (blocks/<name>.yaml) can describe, by its `type`:\n";

constexpr std::array<TypeTopic, 2> kTypeTopics{{
    {"task", kTasksPage, TaskEntries, kTaskCommon},
    {"block", kBlocksPage, BlockEntries, ""},
}};

std::string ListPage(const TypeTopic& topic) {
  std::string page = fmt::format("{}\n", topic.introduction);
  for (const TypeEntry& entry : topic.entries()) {
    page += fmt::format("  {:<12} {}\n", entry.name, entry.summary);
  }
  return page + fmt::format("\n'laguna help {} NAME' shows one with its options.\n", topic.kind);
}

std::string TypePage(const TypeTopic& topic, const TypeEntry& entry) {
  return fmt::format("# {} `{}`\n\n{}\n{}{}", topic.kind == "task" ? "Task" : "Block", entry.name,
                     entry.documentation, connect::OptionsTable(entry.options), topic.common);
}

std::string TypePageNamed(const TypeTopic& topic, const std::string& name) {
  std::vector<std::string> names;
  for (const TypeEntry& entry : topic.entries()) {
    if (entry.name == name) return TypePage(topic, entry);
    names.emplace_back(entry.name);
  }
  throw Error(ErrorKind::kInvalidInput, "usage.topic",
              fmt::format("There is no {} type '{}'.", topic.kind, name))
      .Hint(base::SuggestName(name, names));
}

// The page of "tasks", "task copy", ...; nothing when the topic is another.
std::optional<std::string> TypeTopicPage(const std::string& topic, const std::string& name) {
  for (const TypeTopic& known : kTypeTopics) {
    if (topic == known.kind && !name.empty()) return TypePageNamed(known, name);
    if (topic == known.kind || topic == fmt::format("{}s", known.kind)) return ListPage(known);
  }
  return std::nullopt;
}

Error UnknownTopic(const std::string& topic) {
  std::vector<std::string> topics;
  for (const WrittenPage& page : kWrittenPages) topics.emplace_back(page.topic);
  for (const TypeTopic& known : kTypeTopics) topics.push_back(fmt::format("{}s", known.kind));
  for (const Command* command : Commands()) topics.emplace_back(command->name);
  return Error(ErrorKind::kInvalidInput, "usage.topic",
               fmt::format("There is no help page '{}'.", topic))
      .Hint(base::SuggestName(topic, topics));
}

struct HelpOptions {
  std::string topic;
  std::string name;
};

int RunHelp(const HelpOptions& options, CommandContext& context) {
  const std::string& topic = options.topic;
  if (topic.empty()) return ParseCommandLine({"--help"}, Commands()).action(context);
  if (const auto page = TypeTopicPage(topic, options.name)) {
    WritePage(context.console, *page);
    return 0;
  }
  for (const WrittenPage& page : kWrittenPages) {
    if (topic != page.topic) continue;
    WritePage(context.console, page.text());
    return 0;
  }
  for (const Command* command : Commands()) {
    if (command->name == topic) return PrintCommandPage(topic, options.name, context);
  }
  throw UnknownTopic(topic);
}

}  // namespace

extern const Command help_command{
    .name = "help",
    .group = CommandGroup::kLook,
    .summary = "Shows a help page: of a command, SQL, pipelines, flows, tasks, blocks, errors.",
    .documentation = "",
    .examples = R"(
  laguna help sql          statements and functions beyond DuckDB's
  laguna help pipelines    the SQL of pipeline files
  laguna help flows        what flow files hold
  laguna help errors       kinds of errors and exit codes
  laguna help tasks        what tasks of a flow can do; 'help task sql' shows one
  laguna help blocks       what blocks can describe; 'help block postgres' shows one
  laguna help init         the same as laguna init --help
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<HelpOptions>();
      parser.add_option("TOPIC", options->topic,
                        "a command, sql, pipelines, flows, tasks, task, blocks, block or errors");
      parser.add_option("NAME", options->name,
                        "a type of tasks or blocks, or a command below the command");
      return [options](CommandContext& context) { return RunHelp(*options, context); };
    },
    .logged = false,
};

}  // namespace laguna::app
