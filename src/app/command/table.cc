// SPDX-License-Identifier: Apache-2.0
// laguna table: what there is in the lake, said by its own SQL.
#include <fmt/format.h>

#include <memory>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/listings.h"
#include "app/output/count_text.h"
#include "app/statement_runner.h"
#include "app/table_name.h"
#include "engine/sql_text.h"

namespace laguna::app {
namespace {

constexpr int kLimitMax = 1'000'000'000;

struct TableOptions {
  std::string name;
  int limit = 0;
};

// A command's session; its queries are ours, so their errors have no place.
class Asking {
 public:
  explicit Asking(CommandContext& context)
      : context_(context),
        composition_(Composition::InLake(context.options)),
        session_(composition_->database()) {}

  void Show(const std::string& query) {
    const engine::Script script(query, "");
    StatementRunner runner(session_, context_.console, context_.interrupts);
    RunSettings settings;
    settings.format = &FindOutputFormat(context_.options.json ? "json" : "table");
    settings.types = false;
    settings.rows_max.reset();
    Placeless([&] { runner.RunAll(script, settings); });
  }

  std::vector<engine::Value> Row(const std::string& query) {
    std::vector<engine::Value> row;
    Placeless([&] { row = session_.Run(query).Drain().at(0); });
    return row;
  }

 private:
  template <class Body>
  void Placeless(const Body& body) {
    try {
      body();
    } catch (const base::Error& error) {
      throw WithoutPlace(error);
    }
  }

  CommandContext& context_;
  std::unique_ptr<Composition> composition_;
  engine::Session session_;
};

constexpr const char* kHistory =
    R"(SELECT version, date_trunc('second', "timestamp"::TIMESTAMP) AS "time", operation,
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

void ShowHistory(const TableOptions& options, CommandContext& context) {
  const std::string name = engine::QuotedText(TableName(options.name));
  const std::string limit =
      options.limit > 0 ? fmt::format(R"(, "limit" => {})", options.limit) : std::string();
  Asking asking(context);
  asking.Show(context.options.json ? fmt::format("FROM laguna_history({}{})", name, limit)
                                   : fmt::format(kHistory, name, limit));
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
void TellFact(Output& out, std::string_view name, const std::string& text) {
  constexpr size_t kNameWidth = 12;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    out.Write(fmt::format("{:<{}} {}\n", name, kNameWidth, rest.substr(0, end)));
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
  const std::string table = TableName(options.name);
  const std::string name = engine::QuotedText(table);
  Asking asking(context);
  try {
    if (context.options.json) return asking.Show(fmt::format("FROM laguna_table({})", name));
    const auto facts = asking.Row(fmt::format(kFacts, name));
    TellFacts(facts, table, context.console.out());
    asking.Show(fmt::format(kColumns, name));
  } catch (const base::Error& error) {
    // A view, or a table of laguna.*.
    if (error.code() != "catalog.not_a_lake_table") throw;
    asking.Show(fmt::format(
        R"(SELECT column_name AS "column", column_type AS type FROM (DESCRIBE {}))", table));
  }
}

void AddName(CLI::App& parser, TableOptions& options) {
  parser.add_option("NAME", options.name, "zone.table")->required();
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<TableOptions>();
  parser.require_subcommand(1);
  const CLI::App* list = parser.add_subcommand("list", "Every table and view of the lake.");
  CLI::App* describe = parser.add_subcommand(
      "describe", "What a table is: kind, comment, size, place, properties, columns.");
  CLI::App* history = parser.add_subcommand(
      "history", "The versions of a table: when, by which operation, with what figures.");
  AddName(*describe, *options);
  AddName(*history, *options);
  history->add_option("--limit", options->limit, "only the newest N versions")
      ->type_name("N")
      ->check(CLI::Range(1, kLimitMax).description(""));
  return [=](CommandContext& context) {
    if (list->parsed()) Asking(context).Show(kTablesOfLake);
    if (describe->parsed()) Describe(*options, context);
    if (history->parsed()) ShowHistory(*options, context);
    return 0;
  };
}

}  // namespace

extern const Command table_command{
    .name = "table",
    .group = CommandGroup::kLook,
    .summary = "Lists and describes tables, and shows their history.",
    .documentation =
        "Tables are named zone.table, as in SQL. With --json, 'history' and 'describe' "
        "give all there\nis; in SQL that is laguna_history('zone.table') and "
        "laguna_table('zone.table').",
    .examples = R"(
  laguna table list
  laguna table describe silver.sales
  laguna table history silver.sales --limit 5
  laguna --json table list
)",
    .add_options = AddOptions,
};

}  // namespace laguna::app
