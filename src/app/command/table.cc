// SPDX-License-Identifier: Apache-2.0
// laguna table: what there is in the lake, said by its own SQL.
#include <memory>

#include "app/command.h"
#include "app/compose.h"
#include "app/listings.h"
#include "app/statement_runner.h"
#include "app/table_name.h"

namespace laguna::app {
namespace {

constexpr int kLimitMax = 1'000'000'000;

struct TableOptions {
  std::string name;
  int limit = 0;
};

void RunQuery(const std::string& query, CommandContext& context) {
  const auto composition = Composition::InLake(context.options);
  const engine::Script script(query, "");
  engine::Session session(composition->database());
  StatementRunner runner(session, context.console, context.interrupts);
  RunSettings settings;
  settings.format = &FindOutputFormat(context.options.json ? "json" : "table");
  settings.types = false;
  settings.rows_max.reset();
  try {
    runner.RunAll(script, settings);
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

std::string HistoryQuery(const TableOptions& options) {
  std::string query = "DESCRIBE HISTORY " + TableName(options.name);
  if (options.limit > 0) query += " LIMIT " + std::to_string(options.limit);
  return query;
}

void AddName(CLI::App& parser, TableOptions& options) {
  parser.add_option("NAME", options.name, "zone.table")->required();
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<TableOptions>();
  parser.require_subcommand(1);
  const CLI::App* list = parser.add_subcommand("list", "Every table and view of the lake.");
  CLI::App* describe = parser.add_subcommand("describe", "The columns of a table and their types.");
  CLI::App* history = parser.add_subcommand(
      "history", "The versions of a table: when, by which operation, with what figures.");
  AddName(*describe, *options);
  AddName(*history, *options);
  history->add_option("--limit", options->limit, "only the newest N versions")
      ->type_name("N")
      ->check(CLI::Range(1, kLimitMax).description(""));
  return [=](CommandContext& context) {
    if (list->parsed()) RunQuery(kTablesOfLake, context);
    if (describe->parsed()) RunQuery("DESCRIBE " + TableName(options->name), context);
    if (history->parsed()) RunQuery(HistoryQuery(*options), context);
    return 0;
  };
}

}  // namespace

extern const Command table_command{
    .name = "table",
    .group = CommandGroup::kLook,
    .summary = "Lists and describes tables, and shows their history.",
    .documentation = "Tables are named zone.table, as in SQL.",
    .examples = R"(
  laguna table list
  laguna table describe silver.sales
  laguna table history silver.sales --limit 5
  laguna --json table list
)",
    .add_options = AddOptions,
};

}  // namespace laguna::app
