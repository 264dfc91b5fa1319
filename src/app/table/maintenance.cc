// SPDX-License-Identifier: Apache-2.0
#include "app/table/maintenance.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "app/table/asking.h"
#include "base/error.h"
#include "engine/script.h"
#include "engine/sql_text.h"
#include "engine/token.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

// One condition, and nothing behind it.
std::string Condition(const std::string& typed) {
  const engine::Script script(typed, "--where");
  if (script.statements().size() != 1) {
    throw Error(ErrorKind::kInvalidInput, "usage.where",
                fmt::format("'{}' is not one condition.", typed))
        .Hint("Write it as behind WHERE, as in \"day >= '2024-01-01'\".");
  }
  // Without a comment behind it, which would hide what follows.
  const std::vector<engine::Token>& tokens = script.statements().front().tokens;
  return typed.substr(0, tokens.back().end());
}

// country, address.city, "Total price".
std::string Column(const std::string& typed) {
  const engine::Script script(typed, "--zorder");
  if (script.statements().size() != 1) {
    throw Error(ErrorKind::kInvalidInput, "usage.zorder",
                fmt::format("'{}' is not the name of a column.", typed));
  }
  engine::TokenReader tokens(script, script.statements().front().tokens, "column[.field]");
  engine::QualifiedName name;
  do {
    name.parts.push_back(tokens.TakeIdentifier());
  } while (tokens.AcceptOperator("."));
  tokens.TakeEnd();
  return name.ToString();
}

std::string ColumnList(const std::vector<std::string>& typed) {
  std::string list;
  for (const std::string& column : typed) list += (list.empty() ? "" : ", ") + Column(column);
  return list;
}

// " VERSION AS OF 3", " TIMESTAMP AS OF '2024-01-01'", or nothing.
std::string AsOf(const MaintenanceOptions& options) {
  if (options.version) return fmt::format(" VERSION AS OF {}", *options.version);
  if (!options.time.empty()) return " TIMESTAMP AS OF " + engine::QuotedText(options.time);
  return "";
}

Error PurgeIsWhole() {
  return Error(ErrorKind::kInvalidInput, "usage.purge", "--purge and --zorder exclude one another.")
      .Hint("ZORDER writes every file anew, and leaves no deleted row behind.");
}

void Run(const MaintenanceOptions& options, const std::string& statement, CommandContext& context) {
  Asking asking(context, TableOperand(options.name));
  asking.Show(statement);
}

void AddName(CLI::App& parser, MaintenanceOptions& options) {
  parser.add_option("NAME", options.name, "zone.table, or the folder of a Delta table")->required();
}

void AddAsOf(CLI::App& parser, MaintenanceOptions& options) {
  CLI::Option* version = parser.add_option("--version", options.version, "the version, by number")
                             ->type_name("N")
                             ->check(CLI::NonNegativeNumber.description(""));
  parser
      .add_option("--time", options.time,
                  "the version as of then: '2024-03-01', '2024-03-01 12:00'")
      ->type_name("TIME")
      ->excludes(version);
}

CLI::App* AddOptimize(CLI::App& table, MaintenanceOptions& options) {
  CLI::App* parser =
      table.add_subcommand("optimize", "Puts small files together; also in an order, or purged.");
  AddName(*parser, options);
  parser->add_option("--where", options.where, "only these partitions: a condition over them")
      ->type_name("CONDITION");
  parser
      ->add_option("--zorder", options.zorder,
                   "rows that are near in these columns come near each other")
      ->type_name("COLUMN")
      ->delimiter(',');
  parser->add_flag("--purge", options.purge,
                   "takes deleted rows out of files instead (REORG TABLE ... APPLY (PURGE))");
  return parser;
}

CLI::App* AddVacuum(CLI::App& table, MaintenanceOptions& options) {
  CLI::App* parser =
      table.add_subcommand("vacuum", "Deletes files of versions older than the table keeps.");
  AddName(*parser, options);
  parser->add_option("--retain", options.retain_hours, "hours that stay; default: the table's")
      ->type_name("HOURS")
      ->check(CLI::NonNegativeNumber.description(""));
  parser->add_flag("--lite", options.lite, "by the log alone, without a list of the folder");
  parser->add_flag("--dry-run", options.dry_run, "says what would be deleted, and deletes nothing");
  return parser;
}

CLI::App* AddRestore(CLI::App& table, MaintenanceOptions& options) {
  CLI::App* parser =
      table.add_subcommand("restore", "Makes the table again what it was at a version or time.");
  AddName(*parser, options);
  AddAsOf(*parser, options);
  return parser;
}

CLI::App* AddClone(CLI::App& table, MaintenanceOptions& options) {
  CLI::App* parser = table.add_subcommand(
      "clone", "Makes a table of its own that begins with the files of another.");
  parser->add_option("SOURCE", options.name, "zone.table, or the folder of a Delta table")
      ->required();
  parser->add_option("TARGET", options.target, "zone.table to be made")->required();
  AddAsOf(*parser, options);
  parser->add_flag("--replace", options.replace, "also where TARGET exists; its history stays");
  return parser;
}

CLI::App* AddCheckpoint(CLI::App& table, MaintenanceOptions& options) {
  CLI::App* parser =
      table.add_subcommand("checkpoint", "Writes a checkpoint of the newest version, now.");
  AddName(*parser, options);
  return parser;
}

}  // namespace

std::string OptimizeStatement(const MaintenanceOptions& options) {
  const std::string table = TableOperand(options.name).in_statement;
  const std::string where = options.where.empty() ? "" : " WHERE " + Condition(options.where);
  if (options.purge && !options.zorder.empty()) throw PurgeIsWhole();
  if (options.purge) return fmt::format("REORG TABLE {}{} APPLY (PURGE)", table, where);
  const std::string columns = ColumnList(options.zorder);
  const std::string order = columns.empty() ? "" : fmt::format(" ZORDER BY ({})", columns);
  return fmt::format("OPTIMIZE {}{}{}", table, where, order);
}

std::string VacuumStatement(const MaintenanceOptions& options) {
  const std::string retain =
      options.retain_hours.empty() ? "" : fmt::format(" RETAIN {} HOURS", options.retain_hours);
  return fmt::format("VACUUM {}{}{}{}", TableOperand(options.name).in_statement,
                     options.lite ? " LITE" : "", retain, options.dry_run ? " DRY RUN" : "");
}

std::string RestoreStatement(const MaintenanceOptions& options) {
  const std::string as_of = AsOf(options);
  if (as_of.empty()) {
    throw Error(ErrorKind::kInvalidInput, "usage.restore", "To which version? None is given.")
        .Hint("Give --version N or --time TIME; 'laguna table history NAME' lists the versions.");
  }
  return fmt::format("RESTORE TABLE {} TO{}", TableOperand(options.name).in_statement, as_of);
}

std::string CloneStatement(const MaintenanceOptions& options) {
  return fmt::format("CREATE {}TABLE {} SHALLOW CLONE {}{}", options.replace ? "OR REPLACE " : "",
                     TableOperand(options.target).in_statement,
                     TableOperand(options.name).in_statement, AsOf(options));
}

std::string CheckpointStatement(const MaintenanceOptions& options) {
  return "CHECKPOINT TABLE " + TableOperand(options.name).in_statement;
}

std::function<bool(CommandContext&)> AddMaintenance(CLI::App& table) {
  struct Subcommand {
    CLI::App* (*add)(CLI::App& table, MaintenanceOptions& options);
    std::string (*statement)(const MaintenanceOptions& options);
    CLI::App* parser = nullptr;
  };
  const auto options = std::make_shared<MaintenanceOptions>();
  std::vector<Subcommand> subcommands{{AddOptimize, OptimizeStatement},
                                      {AddVacuum, VacuumStatement},
                                      {AddRestore, RestoreStatement},
                                      {AddClone, CloneStatement},
                                      {AddCheckpoint, CheckpointStatement}};
  for (Subcommand& subcommand : subcommands) subcommand.parser = subcommand.add(table, *options);
  return [options, subcommands](CommandContext& context) {
    for (const Subcommand& subcommand : subcommands) {
      if (!subcommand.parser->parsed()) continue;
      Run(*options, subcommand.statement(*options), context);
      return true;
    }
    return false;
  };
}

}  // namespace laguna::app
