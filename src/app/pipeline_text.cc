// SPDX-License-Identifier: Apache-2.0
#include "app/pipeline_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "app/console.h"
#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/output/paint.h"

namespace laguna::app {
namespace {

using base::Error;
using base::Json;
using pipeline::CheckReport;
using pipeline::CheckState;
using pipeline::Pipeline;
using pipeline::RefreshState;
using pipeline::TableCheck;
using pipeline::TableKind;
using pipeline::TableReport;

constexpr const char* kNewsOfError = "its error is told below";

struct Mark {
  std::string_view sign;
  Paint paint;
};

constexpr Mark kGood{"✓", Paint::kGreen};
constexpr Mark kNothing{"–", Paint::kDim};
constexpr Mark kBad{"✗", Paint::kRed};

Mark MarkOf(RefreshState state) {
  if (state == RefreshState::kUpdated) return kGood;
  return state == RefreshState::kFailed ? kBad : kNothing;
}

Mark MarkOf(const TableCheck& check) {
  if (check.state == CheckState::kFine) return kGood;
  return check.state == CheckState::kWrong || check.failure ? kBad : kNothing;
}

std::string Line(Mark mark, const std::string& name, TableKind kind, const std::string& detail,
                 const LineStyle& style) {
  const size_t width = DisplayWidth(name);
  const std::string blanks(style.name_width > width ? style.name_width - width : 0, ' ');
  return fmt::format(
      "{} {}{}  {:<17}  {}", Painted(mark.sign, mark.paint, style.colour), Printable(name), blanks,
      NameOf(kind),
      Painted(Printable(detail), mark.paint == Paint::kGreen ? Paint::kPlain : mark.paint,
              style.colour));
}

std::string SourcesText(const Pipeline& pipeline, size_t table) {
  std::string text;
  for (const pipeline::Edge& edge : pipeline.graph.Sources(table)) {
    text += (text.empty() ? ", reads " : ", ") + pipeline.NameOf(edge.source);
  }
  return text;
}

std::string CheckDetail(const Pipeline& pipeline, const TableCheck& check, size_t table) {
  switch (check.state) {
    case CheckState::kFine:
      return Counted(check.columns.size(), "column") + SourcesText(pipeline, table);
    case CheckState::kWrong:
      return "has errors";
    case CheckState::kNotChecked:
      return fmt::format("not checked: {}", check.failure ? kNewsOfError : check.reason);
  }
  return "";
}

std::string_view NameOf(CheckState state) {
  switch (state) {
    case CheckState::kFine:
      return "fine";
    case CheckState::kWrong:
      return "wrong";
    case CheckState::kNotChecked:
      return "not checked";
  }
  return "";
}

std::string_view NameOf(ingest::OnViolation on_violation) {
  switch (on_violation) {
    case ingest::OnViolation::kKeep:
      return "keep";
    case ingest::OnViolation::kDropRow:
      return "drop row";
    case ingest::OnViolation::kQuarantine:
      return "quarantine";
    case ingest::OnViolation::kFail:
      return "fail update";
  }
  return "";
}

Json ErrorJson(const Error& error) {
  const Json document = base::ParseJson(ErrorAsJson(error), "error", base::ErrorKind::kInternal);
  return document.at("error");
}

Json ErrorsJson(const std::vector<Error>& errors) {
  Json array = Json::array();
  for (const Error& error : errors) array.push_back(ErrorJson(error));
  return array;
}

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json CountsJson(const TableReport& report) {
  Json counts = Json::array();
  for (const ingest::RowCheckCount& count : report.checks) {
    counts.push_back({{"name", count.name},
                      {"on_violation", NameOf(count.on_violation)},
                      {"passed", count.passed},
                      {"failed", count.failed}});
  }
  return counts;
}

Json TableJson(const TableReport& report) {
  return {{"table", report.table},
          {"kind", NameOf(report.kind)},
          {"state", NameOf(report.state)},
          {"reason", TextOrNull(report.reason)},
          {"version", report.version ? Json(*report.version) : Json()},
          {"batches", report.batches},
          {"files", report.files_read},
          {"files_changed", report.files_changed},
          {"changed_files", report.changed_files},
          {"rows_read", report.rows_read},
          {"rows", report.rows_written},
          {"dropped", report.rows_dropped},
          {"quarantined", report.rows_quarantined},
          {"errors", report.rows_failed_to_parse},
          {"seconds", report.seconds},
          {"expectations", CountsJson(report)},
          {"error", report.error ? ErrorJson(*report.error) : Json()}};
}

Json ColumnsJson(const TableCheck& check) {
  Json columns = Json::array();
  for (const engine::ResultColumn& column : check.columns) {
    columns.push_back({{"name", column.name}, {"type", column.type}});
  }
  return columns;
}

Json CheckJson(const Pipeline& pipeline, const TableCheck& check, size_t table) {
  const pipeline::Definition& definition = pipeline.tables[table].definition;
  Json reads = Json::array();
  for (const pipeline::Edge& edge : pipeline.graph.Sources(table)) {
    reads.push_back(pipeline.NameOf(edge.source));
  }
  const base::Place place = definition.place();
  return {{"table", definition.table.table},
          {"kind", NameOf(definition.kind)},
          {"file", place.file},
          {"line", place.line},
          {"reads", reads},
          {"state", NameOf(check.state)},
          {"reason", TextOrNull(check.reason)},
          {"columns", ColumnsJson(check)},
          {"error", check.failure ? ErrorJson(*check.failure) : Json()}};
}

std::string_view StateOf(const pipeline::RunReport& report) {
  if (report.cancelled) return "cancelled";
  return report.failed() ? "failed" : "completed";
}

}  // namespace

std::string RefreshLine(const TableReport& report, const LineStyle& style) {
  std::string detail = DetailOf(report);
  if (style.seconds && report.state != RefreshState::kSkipped) {
    detail += fmt::format("  ({})", SecondsText(report.seconds));
  }
  return Line(MarkOf(report.state), report.table, report.kind, detail, style);
}

std::string CheckLine(const Pipeline& pipeline, const CheckReport& report, size_t table,
                      const LineStyle& style) {
  const pipeline::Definition& definition = pipeline.tables[table].definition;
  const TableCheck& check = report.tables[table];
  return Line(MarkOf(check), definition.table.table, definition.kind,
              CheckDetail(pipeline, check, table), style);
}

Json RunAsJson(const pipeline::RunReport& report) {
  Json tables = Json::array();
  for (const TableReport& table : report.tables) tables.push_back(TableJson(table));
  return {{"state", StateOf(report)}, {"tables", tables}, {"errors", ErrorsJson(report.errors)}};
}

Json CheckAsJson(const Pipeline& pipeline, const CheckReport& report,
                 const std::vector<size_t>& tables) {
  Json checks = Json::array();
  for (const size_t table : tables) {
    checks.push_back(CheckJson(pipeline, report.tables[table], table));
  }
  return {{"tables", checks}, {"errors", ErrorsJson(report.errors)}, {"notices", report.notices}};
}

}  // namespace laguna::app
