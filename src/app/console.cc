// SPDX-License-Identifier: Apache-2.0
#include "app/console.h"

#include <fmt/format.h>

#include "app/output/json_text.h"

namespace laguna::app {
namespace {

std::string PlaceAsJson(const base::Place& place) {
  return fmt::format(R"({{"file": {}, "line": {}, "column": {}, "length": {}, "excerpt": {}}})",
                     JsonString(place.file), place.line, place.column, place.length,
                     JsonString(place.excerpt));
}

// Paints the first `mark` at the start of a line or behind a place.
void PaintMark(std::string& text, std::string_view mark, Paint paint) {
  const size_t at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), Painted(mark, paint, true));
}

}  // namespace

void Console::Note(std::string_view line) {
  if (silent()) return;
  out_.Flush();
  err_.Write(fmt::format("{}\n", line));
  err_.Flush();
}

void Console::Report(const base::Error& error) {
  out_.Flush();
  err_.Write(manner_.json ? ErrorAsJson(error)
                          : ErrorAsText(error, terminal_.colour_err, terminal_.report_columns));
  err_.Write("\n");
  err_.Flush();
}

std::string ErrorAsJson(const base::Error& error) {
  return fmt::format(R"({{"error": {}}})", ErrorFieldsAsJson(error));
}

std::string ErrorFieldsAsJson(const base::Error& error) {
  std::string values;
  for (const auto& [name, value] : error.values()) {
    if (!values.empty()) values += ", ";
    values += fmt::format("{}: {}", JsonString(name), JsonString(value));
  }
  const std::string hint = error.hint().empty() ? "null" : JsonString(error.hint());
  return fmt::format(
      R"({{"kind": {}, "code": {}, "message": {}, "hint": {}, "place": {}, "values": {{{}}}}})",
      JsonString(base::InfoOf(error.kind()).name), JsonString(error.code()),
      JsonString(error.sentence()), hint, error.place() ? PlaceAsJson(*error.place()) : "null",
      values);
}

void WritePage(Console& console, std::string_view page) {
  console.out().Write(console.json() ? fmt::format("{{\"help\": {}}}\n", JsonString(page))
                                     : std::string(page));
}

std::string ErrorAsText(const base::Error& error, bool colour, size_t columns) {
  std::string text = base::ReportWithin(error, columns);
  if (!colour) return text;
  PaintMark(text, "\nhint:", Paint::kCyan);
  PaintMark(text, "error:", Paint::kRed);
  return text;
}

}  // namespace laguna::app
