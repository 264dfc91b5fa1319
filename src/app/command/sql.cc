// SPDX-License-Identifier: Apache-2.0
// laguna sql: one-shot queries, script files, standard input, and the interactive shell.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/listings.h"
#include "app/script_file.h"
#include "app/shell/edited_lines.h"
#include "app/shell/shell.h"
#include "app/shell/stream_lines.h"
#include "app/statement_runner.h"

namespace laguna::app {
namespace {

struct SqlOptions {
  std::vector<std::string> statements;
  std::string file;
  std::string format;
  std::string rows;
  bool timer = false;
};

RunSettings SettingsOf(const SqlOptions& options, const GlobalOptions& global) {
  RunSettings settings;
  const std::string fallback = global.json ? "json" : "table";
  settings.format = &FindOutputFormat(options.format.empty() ? fallback : options.format);
  settings.timer = options.timer;
  if (!options.rows.empty()) settings.rows_max = ParseRowLimit(options.rows);
  return settings;
}

std::filesystem::path HistoryFile(const catalog::Lake* lake) {
  if (lake != nullptr) return lake->folder / ".laguna" / "history";
  const auto folder = [](const char* variable) -> std::filesystem::path {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  if (const auto state = folder("XDG_STATE_HOME"); !state.empty()) return state / "laguna/history";
  if (const auto home = folder("HOME"); !home.empty()) return home / ".local/state/laguna/history";
  return {};
}

// A script that forgets its COMMIT has done nothing, and says so.
void RefuseOpenTransaction(const engine::Session& session) {
  if (!session.in_transaction()) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "sql.open_transaction",
                    "The script ended inside a transaction, which is rolled back.")
      .Hint("End it with COMMIT to keep what it changed, or with ROLLBACK.");
}

void RunShell(Composition& composition, CommandContext& context, const RunSettings& settings) {
  Shell shell({composition.database(), composition.lake(), context.console, context.interrupts},
              settings);
  if (context.console.terminal().in) {
    EditedLines lines(context.interrupts, HistoryFile(composition.lake()),
                      [&](const std::string& text) { return shell.Complete(text); });
    shell.Run(lines);
  } else {
    StreamLines lines(std::cin);
    shell.Run(lines);
  }
}

void RunScripts(Composition& composition, CommandContext& context, const SqlOptions& options,
                const RunSettings& settings) {
  std::vector<std::unique_ptr<engine::Script>> scripts;
  for (const std::string& statement : options.statements) {
    scripts.push_back(std::make_unique<engine::Script>(statement, "<command line>"));
  }
  if (!options.file.empty()) {
    const std::string name = options.file == "-" ? "<stdin>" : options.file;
    scripts.push_back(std::make_unique<engine::Script>(ReadScriptFile(options.file), name));
  }
  engine::Session session(composition.database());
  StatementRunner runner(session, context.console, context.interrupts);
  for (const auto& script : scripts) runner.RunAll(*script, settings);
  RefuseOpenTransaction(session);
}

int RunSql(const SqlOptions& options, CommandContext& context) {
  const RunSettings settings = SettingsOf(options, context.options);
  const auto composition = Composition::WithOrWithoutLake(context.options);
  if (options.statements.empty() && options.file.empty()) {
    RunShell(*composition, context, settings);
  } else {
    RunScripts(*composition, context, options, settings);
  }
  return 0;
}

std::string FormatNames() {
  std::string names;
  for (const OutputFormat* format : OutputFormats()) {
    names += (names.empty() ? "" : ", ") + std::string(format->name);
  }
  return names;
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<SqlOptions>();
  parser.add_option("FILE", options->file, "a script to run; - is standard input");
  parser.add_option("-c,--command", options->statements, "statements to run; may be repeated")
      ->type_name("SQL")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  parser.add_option("--format", options->format, FormatNames() + "; default: table")
      ->type_name("FORMAT");
  parser.add_option("--rows", options->rows, "rows of a table shown on a terminal; default: 40")
      ->type_name("N|all");
  parser.add_flag("--timer", options->timer, "says how long each statement took");
  return [options](CommandContext& context) { return RunSql(*options, context); };
}

}  // namespace

extern const Command sql_command{
    .name = "sql",
    .group = CommandGroup::kQuery,
    .summary = "Runs SQL: a shell, statements, or a script.",
    .documentation =
        "Without -c and FILE it is an interactive shell with history, completion and\n"
        "statements over several lines; '.help' there shows its own commands. A script or\n"
        "-c stops at the first failing statement. Results go to stdout; notes, errors and\n"
        "progress go to stderr. Outside a lake it works on an in-memory database.\n"
        "\n"
        "The SQL is DuckDB's, with the statements and functions that 'laguna help sql' lists.\n"
        "Tables are named zone.table. A path whose first part is a zone lies in the lake's\n"
        "storage, other relative paths start at laguna.yaml.",
    .examples = R"text(
  laguna sql                                            the shell
  laguna sql -c "SELECT 42 AS answer"
  laguna sql -c "FROM silver.sales" --format csv > sales.csv
  laguna sql -c "FROM 'landing/sales/*.csv' LIMIT 5"    files, as they came
  laguna sql -c "SELECT * FROM silver.sales AT (VERSION => 3)"
  laguna sql report.sql --format markdown
  echo "SHOW ALL TABLES" | laguna sql -
  laguna sql --json -c "FROM gold.daily" | jq '.[0]'
)text",
    .add_options = AddOptions,
};

}  // namespace laguna::app
