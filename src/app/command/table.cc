// SPDX-License-Identifier: Apache-2.0
// laguna table: what there is in the lake, said by its own SQL.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/output/count_text.h"
#include "app/table/asking.h"
#include "app/table/health.h"
#include "app/table/maintenance.h"
#include "base/error.h"

namespace laguna::app {
namespace {

constexpr int kLimitMax = 1'000'000'000;

struct TableOptions {
  std::string name;
  int limit = 0;
};

constexpr const char* kHistory =
    R"(SELECT version, date_trunc('second', "timestamp") AS "time", operation,
              coalesce(operationMetrics['numOutputRows'], operationMetrics['num_added_rows'])::BIGINT
                AS "rows",
              coalesce(operationMetrics['numFiles'], operationMetrics['numAddedFiles'],
                       operationMetrics['num_added_files'])::BIGINT AS files,
              CASE WHEN engineInfo LIKE 'Laguna/%' THEN '' ELSE engineInfo END AS "by"
       FROM laguna_history({}{}))";

constexpr const char* kFacts =
    R"(SELECT kind, comment, "rows", files, bytes, version, array_to_string(partition_columns, ', '),
              "location", array_to_string([e.key || ' = ' || e.value for e in
                                           map_entries(properties)], chr(10))
       FROM laguna_table({}))";

constexpr const char* kColumns =
    R"(SELECT c."column", c.type, CASE WHEN c.nullable THEN 'yes' ELSE 'no' END AS nullable,
              c.comment
       FROM (SELECT unnest(columns) AS c FROM laguna_table({})))";

// The columns of DESCRIBE DETAIL, one to a line.
constexpr std::array<std::string_view, 16> kDetailNames = {"format",
                                                           "id",
                                                           "name",
                                                           "description",
                                                           "location",
                                                           "createdAt",
                                                           "lastModified",
                                                           "partitionColumns",
                                                           "clusteringColumns",
                                                           "numFiles",
                                                           "sizeInBytes",
                                                           "properties",
                                                           "minReaderVersion",
                                                           "minWriterVersion",
                                                           "tableFeatures",
                                                           "statistics"};
constexpr size_t kDetailNameWidth = 18;
constexpr const char* kDetail =
    R"(SELECT format, id, name, description, "location", createdAt::VARCHAR, lastModified::VARCHAR,
              array_to_string(partitionColumns, ', '), array_to_string(clusteringColumns, ', '),
              numFiles, sizeInBytes,
              array_to_string([e.key || ' = ' || e.value for e in map_entries(properties)], chr(10)),
              minReaderVersion, minWriterVersion, array_to_string(tableFeatures, ', '),
              array_to_string([e.key || ' = ' || e.value for e in map_entries("statistics")], chr(10))
       FROM laguna_detail({}))";

void ShowHistory(const TableOptions& options, CommandContext& context) {
  const TableOperand table(options.name);
  const std::string limit =
      options.limit > 0 ? fmt::format(R"(, "limit" => {})", options.limit) : std::string();
  Asking asking(context, table);
  asking.Show(context.options.json ? fmt::format("FROM laguna_history({}{})", table.argument, limit)
                                   : fmt::format(kHistory, table.argument, limit));
}

uint64_t Number(const engine::Value& value) {
  const auto* number = std::get_if<int64_t>(&value.alternatives());
  return number == nullptr || *number < 0 ? 0 : static_cast<uint64_t>(*number);
}

std::string SizeText(const engine::Value& rows, const engine::Value& files,
                     const engine::Value& bytes) {
  const std::string counted = rows.IsNull() ? "unknown" : Grouped(Number(rows));
  return fmt::format("{} in {}, {}", counted, Counted(Number(files), "file"),
                     BytesText(Number(bytes)));
}

// "comment    as it came"; further lines below the first.
void TellFact(Output& out, std::string_view name, const std::string& text, size_t name_width = 12) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    out.Write(fmt::format("{:<{}} {}\n", name, name_width, rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    name = "";
  }
}

void TellFacts(const std::vector<engine::Value>& facts, const std::string& table, Output& out) {
  const auto text = [&](size_t index) {
    return facts[index].IsNull() ? std::string() : facts[index].ToText();
  };
  TellFact(out, "table", table);
  TellFact(out, "kind", text(0));
  TellFact(out, "comment", text(1));
  TellFact(out, "rows", SizeText(facts[2], facts[3], facts[4]));
  TellFact(out, "version", text(5));
  TellFact(out, "partitions", text(6));
  TellFact(out, "location", text(7));
  TellFact(out, "properties", text(8));
  out.Write("\n");
}

void Describe(const TableOptions& options, CommandContext& context) {
  const TableOperand table(options.name);
  Asking asking(context, table);
  try {
    if (context.options.json)
      return asking.Show(fmt::format("FROM laguna_table({})", table.argument));
    const auto facts = asking.Row(fmt::format(kFacts, table.argument));
    TellFacts(facts, table.name, context.console.out());
    asking.Show(fmt::format(kColumns, table.argument));
  } catch (const base::Error& error) {
    // A view, or a table of laguna.*.
    if (error.code() != "catalog.not_a_lake_table") throw;
    asking.Show(fmt::format(
        R"(SELECT column_name AS "column", column_type AS type FROM (DESCRIBE {}))", table.name));
  }
}

void ShowDetail(const TableOptions& options, CommandContext& context) {
  const TableOperand table(options.name);
  Asking asking(context, table);
  if (context.options.json)
    return asking.Show(fmt::format("FROM laguna_detail({})", table.argument));
  const auto values = asking.Row(fmt::format(kDetail, table.argument));
  for (size_t index = 0; index < kDetailNames.size(); ++index) {
    const engine::Value& value = values[index];
    TellFact(context.console.out(), kDetailNames[index], value.IsNull() ? "" : value.ToText(),
             kDetailNameWidth);
  }
}

void AddName(CLI::App& parser, TableOptions& options) {
  parser.add_option("NAME", options.name, "zone.table, or the folder of a Delta table")->required();
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<TableOptions>();
  parser.require_subcommand(1);
  const CLI::App* list = parser.add_subcommand("list", "Every table and view of the lake.");
  CLI::App* describe = parser.add_subcommand(
      "describe", "What a table is: kind, comment, size, place, properties, columns.");
  CLI::App* history = parser.add_subcommand(
      "history", "The versions of a table: when, by which operation, with what figures.");
  CLI::App* detail = parser.add_subcommand(
      "detail", "What its log says of a table: the columns of DESCRIBE DETAIL.");
  AddName(*describe, *options);
  AddName(*detail, *options);
  AddName(*history, *options);
  history->add_option("--limit", options->limit, "only the newest N versions")
      ->type_name("N")
      ->check(CLI::Range(1, kLimitMax).description(""));
  const auto maintain = AddMaintenance(parser);
  const auto doctor = AddTableDoctor(parser);
  return [=](CommandContext& context) {
    if (maintain(context)) return 0;
    if (const auto exit_code = doctor(context)) return *exit_code;
    if (list->parsed()) Asking(context).ShowTables();
    if (describe->parsed()) Describe(*options, context);
    if (detail->parsed()) ShowDetail(*options, context);
    if (history->parsed()) ShowHistory(*options, context);
    return 0;
  };
}

}  // namespace

extern const Command table_command{
    .name = "table",
    .group = CommandGroup::kLook,
    .summary = "Lists, describes and looks after tables.",
    .documentation =
        "Tables are named zone.table, as in SQL; a name with a slash is the folder of a Delta\n"
        "table, in or out of a lake. With --json, 'history' and 'describe' give all there is; in\n"
        "SQL that is laguna_history('zone.table') and laguna_table('zone.table').\n"
        "\n"
        "'doctor' says what costs a table time or space, and which statement mends it; it opens "
        "no\n"
        "data file. The others are one statement of SQL each, as 'laguna help sql' has them:\n"
        "OPTIMIZE, REORG TABLE, VACUUM, RESTORE TABLE, SHALLOW CLONE, CHECKPOINT TABLE.",
    .examples = R"(
  laguna table list
  laguna table describe silver.sales
  laguna table history silver.sales --limit 5
  laguna table detail /data/exports/sales
  laguna table doctor                        every table, and what mends it
  laguna table doctor bronze.* --mend        and does what changes no row
  laguna table optimize silver.sales --zorder customer,day
  laguna table vacuum silver.sales --dry-run
  laguna table restore silver.sales --version 12
  laguna table clone silver.sales silver.trial
  laguna --json table list
)",
    .add_options = AddOptions,
};

}  // namespace laguna::app
