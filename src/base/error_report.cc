// SPDX-License-Identifier: Apache-2.0
#include "base/error_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/utf8.h"

namespace laguna::base {
namespace {

bool IsControl(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0);
}

// Text from data and files may carry terminal escapes; line ends and tabs stay.
void AppendPrintable(std::string& out, std::string_view text, bool one_line) {
  for (size_t offset = 0; offset < text.size();) {
    CodePoint point = DecodeUtf8(text, offset);
    bool kept = point.valid && (!IsControl(point.value) || point.value == U'\t' ||
                                (point.value == U'\n' && !one_line));
    if (kept) {
      out.append(text.substr(offset, point.bytes));
    } else {
      out.append("\uFFFD");
    }
    offset += point.bytes;
  }
}

// The line is never cut below this.
constexpr size_t kExcerptColumnsMin = 24;
constexpr std::string_view kCut = "...";
constexpr size_t kTabColumnsMax = 8;

size_t ColumnsOf(char32_t value) {
  return value == U'\t' ? kTabColumnsMax : static_cast<size_t>(TerminalCells(value));
}

size_t ColumnsOf(std::string_view text) {
  size_t columns = 0;
  for (size_t offset = 0; offset < text.size();) {
    const CodePoint point = DecodeUtf8(text, offset);
    columns += ColumnsOf(point.value);
    offset += point.bytes;
  }
  return columns;
}

// The first code points of `text` that fit.
std::string_view Fitting(std::string_view text, size_t columns) {
  size_t offset = 0;
  for (size_t used = 0; offset < text.size();) {
    const CodePoint point = DecodeUtf8(text, offset);
    used += ColumnsOf(point.value);
    if (used > columns) break;
    offset += point.bytes;
  }
  return text.substr(0, offset);
}

// The part of a long line that is shown, and where the caret stands in it (from 0).
struct Window {
  std::string_view text;
  size_t caret = 0;
  bool cut_before = false;
  bool cut_after = false;
};

// Leaves so much of what stands before the caret as fits.
void CutBefore(Window& window, size_t columns) {
  std::string_view before = TruncateCodePoints(window.text, window.caret);
  size_t used = ColumnsOf(before);
  if (used <= columns) return;
  while (used > columns) {
    const CodePoint point = DecodeUtf8(window.text, 0);
    used -= ColumnsOf(point.value);
    window.text.remove_prefix(point.bytes);
    --window.caret;
  }
  window.cut_before = true;
}

Window CutWindow(const Place& place, size_t columns) {
  Window window{place.excerpt, static_cast<size_t>(std::max(place.column, 1) - 1)};
  if (ColumnsOf(window.text) <= columns) return window;
  const size_t shown = columns - 2 * kCut.size();
  CutBefore(window, shown / 2);
  const std::string_view rest = Fitting(window.text, shown);
  window.cut_after = rest.size() < window.text.size();
  window.text = rest;
  return window;
}

// Spaces as wide as the first `count` code points; tabs stay tabs, so that both lines align.
std::string PaddingFor(std::string_view text, size_t count) {
  std::string padding;
  for (size_t offset = 0; count > 0; --count) {
    CodePoint point = DecodeUtf8(text, offset);
    if (point.value == U'\t') {
      padding += '\t';
    } else {
      padding.append(point.bytes == 0 ? 1 : static_cast<size_t>(TerminalCells(point.value)), ' ');
    }
    offset += point.bytes;
  }
  return padding;
}

// "^~~~" under `length` code points, at most to the end of the line.
std::string Underline(const Window& window, int length) {
  std::string_view rest = window.text;
  rest.remove_prefix(TruncateCodePoints(rest, window.caret).size());
  std::string_view marked = TruncateCodePoints(rest, static_cast<size_t>(std::max(length, 1)));
  size_t cells = 0;
  for (size_t offset = 0; offset < marked.size();) {
    CodePoint point = DecodeUtf8(marked, offset);
    cells += static_cast<size_t>(TerminalCells(point.value));
    offset += point.bytes;
  }
  std::string line = "^";
  if (cells > 1) line.append(cells - 1, '~');
  return line;
}

void AppendExcerpt(std::string& out, const Place& place, size_t columns) {
  const std::string number = place.line > 0 ? fmt::format("{}", place.line) : std::string();
  const size_t margin = number.size() + std::string_view("  | ").size();
  const size_t available = columns > margin ? columns - margin : 0;
  const Window window = CutWindow(place, std::max(available, kExcerptColumnsMin));
  const std::string_view cut_before = window.cut_before ? kCut : "";
  out += fmt::format("\n {} | {}", number, cut_before);
  AppendPrintable(out, window.text, true);
  out += window.cut_after ? kCut : "";
  if (place.column < 1) return;
  out += fmt::format("\n {} | {}{}{}", std::string(number.size(), ' '),
                     std::string(cut_before.size(), ' '), PaddingFor(window.text, window.caret),
                     Underline(window, place.length));
}

void AppendPosition(std::string& out, const Place& place) {
  AppendPrintable(out, place.file.empty() ? "<input>" : place.file, true);
  if (place.line > 0) out += fmt::format(":{}", place.line);
  if (place.line > 0 && place.column > 0) out += fmt::format(":{}", place.column);
  out += ": ";
}

}  // namespace

std::string ReportWithin(const Error& error, size_t columns) {
  std::string out;
  const auto& place = error.place();
  if (place) AppendPosition(out, *place);
  out += "error: ";
  AppendPrintable(out, error.sentence(), false);
  if (place && !place->excerpt.empty()) AppendExcerpt(out, *place, columns);
  for (const auto& [name, value] : error.values()) {
    out += fmt::format("\n  {}: ", name);
    AppendPrintable(out, value, true);
  }
  if (!error.hint().empty()) {
    out += "\nhint: ";
    AppendPrintable(out, error.hint(), false);
  }
  return out;
}

}  // namespace laguna::base
