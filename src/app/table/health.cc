// SPDX-License-Identifier: Apache-2.0
#include "app/table/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/listings.h"
#include "app/output/count_text.h"
#include "app/output/json_text.h"
#include "app/output/paint.h"
#include "app/query_watch.h"
#include "app/table/asking.h"
#include "base/error.h"
#include "engine/sql_text.h"
#include "task/maintenance/table_upkeep.h"

namespace laguna::app {
namespace {

using catalog::Severity;
using catalog::TableFinding;

struct DoctorOptionsOfTable {
  std::vector<std::string> names;
  bool mend = false;
  // When the only name is one.
  std::optional<TableOperand> folder;
};

struct ExaminedTable {
  std::string name;
  std::vector<TableFinding> findings;
};

std::string Mark(Severity severity, bool colour) {
  const Paint paint = severity == Severity::kProblem   ? Paint::kRed
                      : severity == Severity::kWarning ? Paint::kYellow
                                                       : Paint::kGreen;
  const std::string word(catalog::NameOf(severity));
  return Painted(word, paint, colour) + std::string(9 - word.size(), ' ');
}

std::string AsText(const ExaminedTable& table, bool colour) {
  std::string text = fmt::format(
      "{}: {}\n", table.name,
      table.findings.empty() ? "in good health" : Counted(table.findings.size(), "finding"));
  for (const TableFinding& finding : table.findings) {
    text += fmt::format("  {}{}\n", Mark(finding.severity, colour), finding.sentence);
    if (!finding.statement.empty()) text += fmt::format("{:<11}-> {}\n", "", finding.statement);
    if (!finding.advice.empty()) text += fmt::format("{:<14}{}\n", "", finding.advice);
  }
  return text;
}

std::string TextOrNull(const std::string& text) {
  return text.empty() ? "null" : JsonString(text);
}

std::string AsJson(const std::vector<ExaminedTable>& tables) {
  std::string text = "[";
  for (const ExaminedTable& table : tables) {
    for (const TableFinding& finding : table.findings) {
      text += fmt::format(
          R"({}{{"table": {}, "finding": {}, "severity": {}, "sentence": {}, "statement": {}, )"
          R"("advice": {}, "routine": {}}})",
          text.size() == 1 ? "\n  " : ",\n  ", JsonString(table.name), JsonString(finding.name),
          JsonString(std::string(catalog::NameOf(finding.severity))), JsonString(finding.sentence),
          TextOrNull(finding.statement), TextOrNull(finding.advice), finding.routine);
    }
  }
  return text + "\n]\n";
}

// Ctrl-C stops the statement that runs, and so the work.
class Doctor {
 public:
  Doctor(const DoctorOptionsOfTable& options, CommandContext& context)
      : options_(options), context_(context), asking_(Opened(options, context)) {}

  int Run() {
    const QueryWatch watch(asking_.session(), context_.console, context_.interrupts);
    const std::vector<task::UpkeepTable> tables = Tables();
    if (options_.mend) Mend(tables);
    std::vector<ExaminedTable> examined;
    for (const task::UpkeepTable& table : tables) {
      examined.push_back({table.name, task::FindingsOf(asking_.session(), table)});
    }
    Tell(examined);
    return std::ranges::any_of(examined, HasProblem) ? 1 : 0;
  }

 private:
  static Asking Opened(const DoctorOptionsOfTable& options, CommandContext& context) {
    if (options.folder) return {context, *options.folder};
    return Asking(context);
  }

  static bool HasProblem(const ExaminedTable& table) {
    return std::ranges::any_of(table.findings, [](const TableFinding& finding) {
      return finding.severity == Severity::kProblem;
    });
  }

  std::vector<task::UpkeepTable> Tables() {
    if (options_.folder) return {{options_.folder->name, options_.folder->argument}};
    std::vector<std::string> patterns = options_.names;
    if (patterns.empty()) patterns.emplace_back("*");
    return task::TablesNamed(asking_.session(), patterns);
  }

  void Mend(const std::vector<task::UpkeepTable>& tables) {
    task::UpkeepSettings settings;
    settings.log = [this](std::string_view line) { context_.console.Note(line); };
    const task::UpkeepResult result = task::KeepUpTables(asking_.session(), tables, settings);
    if (result.error) throw WithoutPlace(*result.error);
  }

  void Tell(const std::vector<ExaminedTable>& tables) {
    Output& out = context_.console.out();
    if (context_.options.json) return out.Write(AsJson(tables));
    for (const ExaminedTable& table : tables) {
      out.Write(AsText(table, context_.console.terminal().colour_out));
    }
  }

  const DoctorOptionsOfTable& options_;
  CommandContext& context_;
  Asking asking_;
};

// A folder stands alone.
void FindFolder(DoctorOptionsOfTable& options) {
  for (const std::string& name : options.names) {
    if (!IsFolderName(name)) continue;
    if (options.names.size() > 1) {
      throw base::Error(base::ErrorKind::kInvalidInput, "usage.table_name",
                        fmt::format("'{}' is a folder, which is examined by itself.", name))
          .Hint("Give it alone.");
    }
    options.folder.emplace(name);
  }
}

}  // namespace

std::function<std::optional<int>(CommandContext&)> AddTableDoctor(CLI::App& table) {
  const auto options = std::make_shared<DoctorOptionsOfTable>();
  CLI::App* parser = table.add_subcommand(
      "doctor", "What costs tables time or space, and the statement that mends it.");
  parser->add_option("NAME", options->names,
                     "zone.table, zone.*, or the folder of a Delta table; default: every table");
  parser->add_flag("--mend", options->mend,
                   "runs the statements that change no row, as the task 'maintain' does");
  return [options, parser](CommandContext& context) -> std::optional<int> {
    if (!parser->parsed()) return std::nullopt;
    FindFolder(*options);
    return Doctor(*options, context).Run();
  };
}

}  // namespace laguna::app
