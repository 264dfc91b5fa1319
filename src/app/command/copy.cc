// SPDX-License-Identifier: Apache-2.0
// laguna copy: files and rows into a file zone, once; flows do the same by their task type copy.
#include "ingest/copy/copy.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/compose.h"
#include "app/output/count_text.h"
#include "app/query_watch.h"
#include "app/stop_on_interrupt.h"
#include "base/json.h"
#include "ingest/copy/copy_options.h"

namespace laguna::app {
namespace {

using base::Json;

// Files named one by one.
constexpr size_t kFilesShownMax = 10;

// What the command line holds, as texts that become typed options.
struct CopyArguments {
  std::map<std::string, std::string> values;
  bool incremental = false;
  bool as_text = false;
};

ingest::CopyRequest RequestOf(const CopyArguments& arguments) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : arguments.values) {
    if (!value.empty()) values.emplace(name, value);
  }
  if (arguments.incremental) values.emplace("mode", "incremental");
  if (arguments.as_text) values.emplace("as_text", "true");
  return ingest::CopyRequestFrom(
      connect::Options::FromText(values, ingest::kCopyOptions, "laguna copy"));
}

Json FileAsJson(const ingest::CopiedFile& file) {
  return Json{{"file", file.key},
              {"rows", file.rows ? Json(*file.rows) : Json(nullptr)},
              {"bytes", file.bytes}};
}

std::string AsJson(const ingest::CopyReport& report) {
  Json files = Json::array();
  for (const ingest::CopiedFile& file : report.files) files.push_back(FileAsJson(file));
  const auto rows = report.rows();
  return base::DumpJson(
      Json{{"to", report.to},
           {"files", std::move(files)},
           {"rows", rows ? Json(*rows) : Json(nullptr)},
           {"bytes", report.bytes()},
           {"replaced", report.files_replaced},
           {"unchanged", report.files_unchanged},
           {"hidden", report.files_hidden},
           {"rows_without_cursor", report.rows_without_cursor},
           {"cursor_to", report.cursor_to ? Json(*report.cursor_to) : Json(nullptr)}});
}

// "landing/sales/: 3 files copied (1,234 rows), 2 unchanged."
std::string Sentence(const ingest::CopyReport& report, bool incremental) {
  const std::string unchanged =
      report.files_unchanged == 0 || incremental
          ? ""
          : fmt::format(", {} unchanged", Grouped(report.files_unchanged));
  if (report.files.empty()) {
    return fmt::format("{}: {}{}.", report.to, incremental ? "no new rows" : "nothing new",
                       unchanged);
  }
  const auto rows = report.rows();
  const std::string size =
      rows ? Counted(static_cast<uint64_t>(*rows), "row") : BytesText(report.bytes());
  const std::string replaced = report.files_replaced == 0
                                   ? ""
                                   : fmt::format(", {} replaced", Grouped(report.files_replaced));
  return fmt::format("{}: {} copied ({}){}{}.", report.to, Counted(report.files.size(), "file"),
                     size, replaced, unchanged);
}

void Show(const ingest::CopyReport& report, bool incremental, CommandContext& context) {
  Console& console = context.console;
  if (console.json()) return console.out().Write(AsJson(report) + "\n");
  if (console.silent()) return;
  std::string text = Sentence(report, incremental) + "\n";
  for (size_t i = 0; i < std::min(report.files.size(), kFilesShownMax); ++i) {
    text += "  " + report.files[i].key + "\n";
  }
  if (report.files.size() > kFilesShownMax) {
    text += fmt::format("  ... and {} more\n", Grouped(report.files.size() - kFilesShownMax));
  }
  console.out().Write(text);
}

int RunCopy(const CopyArguments& arguments, CommandContext& context) {
  ingest::CopyRequest request = RequestOf(arguments);
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  engine::Session session(composition->database());
  const ingest::CopyEnvironment environment{composition->environment(), composition->blocks(),
                                            composition->services().variables()};
  std::optional<ingest::CopyReport> report;
  {
    QueryWatch watch(session, context.console, context.interrupts);
    const StopOnInterrupt stop(context.interrupts);
    request.call.stop = stop.token();
    request.on_notice = [&](std::string_view sentence) {
      watch.Pause();
      context.console.Note(sentence);
      watch.Resume();
    };
    report = ingest::Copy(environment, session, request);
  }
  if (report->rows_without_cursor > 0) {
    const auto rows = static_cast<uint64_t>(report->rows_without_cursor);
    context.console.Note(fmt::format("{} without a cursor copied as new.", Counted(rows, "row")));
  }
  Show(*report, request.mode == ingest::CopyMode::kIncremental, context);
  return 0;
}

// The documentation of an option, as the task type has it.
std::string HelpOf(std::string_view name) {
  for (const connect::OptionSpec& spec : ingest::kCopyOptions) {
    if (spec.name == name) return std::string(spec.documentation);
  }
  return "";
}

CommandAction AddOptions(CLI::App& parser) {
  const auto arguments = std::make_shared<CopyArguments>();
  parser.add_option("FROM", arguments->values["from"], HelpOf("from"))->required();
  parser.add_option("TO", arguments->values["to"], HelpOf("to"))->required();
  parser.add_flag("--incremental", arguments->incremental,
                  "only the rows that are new since the last run, into a new file");
  const auto option = [&](const char* flag, const char* name, const char* type) {
    parser.add_option(flag, arguments->values[name], HelpOf(name))->type_name(type);
  };
  option("--cursor", "cursor", "COLUMN");
  option("--cursor-format", "cursor_format", "FORMAT");
  option("--lag", "lag", "DURATION|N");
  option("--format", "format", "csv|parquet");
  option("--encoding", "encoding", "NAME");
  option("--delimiter", "delimiter", "TEXT");
  parser.add_flag("--as-text", arguments->as_text, HelpOf("as_text"));
  return [arguments](CommandContext& context) { return RunCopy(*arguments, context); };
}

}  // namespace

extern const Command copy_command{
    .name = "copy",
    .group = CommandGroup::kWork,
    .summary = "Copies files and tables into a file zone.",
    .documentation =
        "A full copy makes TO equal to FROM and writes only what differs. With\n"
        "--incremental, rows whose cursor column says that they are new since the last\n"
        "run go into one new file, whose name has the time of the run; late rows within\n"
        "--lag are found, and no row is copied twice.\n"
        "\n"
        "A path whose first part is a zone lies in the lake's storage, other relative\n"
        "paths start at laguna.yaml. Databases are blocks: blocks/NAME.yaml. A copy that\n"
        "was killed is finished by the next one; 'FROM laguna.copies' shows them all.",
    .examples = R"text(
  laguna copy ../shop/sales.csv landing/sales/
  laguna copy landing/ raw/                                  a zone to another
  laguna copy shop:public.customers landing/shop/            a table of blocks/shop.yaml
  laguna copy ../shop/sales.csv landing/sales/ --incremental --lag 1h
  laguna copy shop:orders landing/orders/ --incremental --cursor order_id --format parquet
)text",
    .add_options = AddOptions,
};

}  // namespace laguna::app
