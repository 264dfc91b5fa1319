// SPDX-License-Identifier: Apache-2.0
// laguna sql: one-shot queries, script files, standard input, and the interactive shell.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/listings.h"
#include "app/script_file.h"
#include "app/shell/edited_lines.h"
#include "app/shell/shell.h"
#include "app/shell/stream_lines.h"
#include "app/statement_runner.h"
#include "task/database/attached_blocks.h"

namespace laguna::app {
namespace {

struct SqlOptions {
  std::vector<std::string> statements;
  std::vector<std::string> blocks;
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
  const bool shell = options.statements.empty() && options.file.empty();
  settings.see_whole = shell ? ".mode line" : "--format line";
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

using Scripts = std::vector<std::unique_ptr<engine::Script>>;

Scripts ScriptsOf(const SqlOptions& options) {
  Scripts scripts;
  for (const std::string& statement : options.statements) {
    scripts.push_back(std::make_unique<engine::Script>(statement, "<command line>"));
  }
  if (!options.file.empty()) {
    const std::string name = options.file == "-" ? "<stdin>" : options.file;
    scripts.push_back(std::make_unique<engine::Script>(ReadScriptFile(options.file), name));
  }
  return scripts;
}

// JSON is one document whatever ran: what several statements (or none) give are the elements of a
// list. After a failure it stays open, so that a part is not taken for the whole.
void RunAsList(const Scripts& scripts, StatementRunner& runner, const RunSettings& settings,
               Output& out) {
  bool first = true;
  out.Write("[");
  for (const auto& script : scripts) {
    for (const engine::ScriptStatement& statement : script->statements()) {
      out.Write(first ? "" : ", ");
      first = false;
      runner.Run(*script, statement, settings);
    }
  }
  out.Write("]\n");
}

void RunScripts(Composition& composition, CommandContext& context, const SqlOptions& options,
                const RunSettings& settings) {
  const Scripts scripts = ScriptsOf(options);
  size_t statements = 0;
  for (const auto& script : scripts) statements += script->statements().size();
  engine::Session session(composition.database());
  StatementRunner runner(session, context.console, context.interrupts);
  if (settings.format->name == "json" && statements != 1) {
    RunAsList(scripts, runner, settings, context.console.out());
  } else {
    for (const auto& script : scripts) runner.RunAll(*script, settings);
  }
  RefuseOpenTransaction(session);
}

// The databases of the blocks, attached while it lives.
class ReadBlocks {
 public:
  ReadBlocks(Composition& composition, const std::vector<std::string>& names)
      : session_(composition.database()),
        attached_(composition.environment(), composition.blocks(),
                  composition.services().variables(), task::AttachedBlocks::Access::kReadOnly),
        use_(attached_, session_, names) {}

 private:
  engine::Session session_;
  task::AttachedBlocks attached_;
  const task::AttachedBlocks::Use use_;
};

int RunSql(const SqlOptions& options, CommandContext& context) {
  const RunSettings settings = SettingsOf(options, context.options);
  const auto composition =
      options.blocks.empty()
          ? Composition::WithOrWithoutLake(context.options, context.end, context.log)
          : Composition::InLake(context.options, context.end, context.log);
  for (const std::string& sentence : composition->cut_off_commits()) {
    context.console.Note("warning: " + sentence);
  }
  std::optional<ReadBlocks> blocks;
  if (!options.blocks.empty()) blocks.emplace(*composition, options.blocks);
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
  parser
      .add_option("--block", options->blocks,
                  "a block whose tables can be read as block.table; may be repeated")
      ->type_name("NAME")
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
        "storage, other relative paths start at laguna.yaml.\n"
        "\n"
        "With --json, or --format json, what is printed is one document: the rows of a query\n"
        "as a list of objects, {\"changed\": N} for a statement that changes rows, {\"done\": "
        "true}\n"
        "for any other; several statements give a list of these.",
    .examples = R"text(
  laguna sql                                            the shell
  laguna sql -c "SELECT 42 AS answer"
  laguna sql -c "FROM silver.sales" --format csv > sales.csv
  laguna sql -c "FROM 'landing/sales/*.csv' LIMIT 5"    files, as they came
  laguna sql -c "SELECT * FROM silver.sales AT (VERSION => 3)"
  laguna sql -c "FROM gold.daily LIMIT 1" --format line  every value whole
  laguna sql --block shop -c "FROM shop.orders"         blocks/shop.yaml, a database
  laguna sql report.sql --format markdown
  echo "SHOW ALL TABLES" | laguna sql -
  laguna sql --json -c "FROM gold.daily" | jq '.[0]'
)text",
    .add_options = AddOptions,
};

}  // namespace laguna::app
