// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "base/assert.h"
#include "base/utf8.h"

namespace laguna::base {
namespace {

constexpr std::array kKinds{
    ErrorKindInfo{ErrorKind::kNotFound, "NotFound", "What was named does not exist.", 404, "42704",
                  1},
    ErrorKindInfo{ErrorKind::kExists, "Exists", "What was to be made is there already.", 409,
                  "42710", 1},
    ErrorKindInfo{ErrorKind::kConflict, "Conflict",
                  "Somebody else changed the same thing meanwhile; trying again may succeed.", 409,
                  "40001", 1},
    ErrorKindInfo{ErrorKind::kInvalidInput, "InvalidInput",
                  "A command, a query, an option or a file of the user is wrong.", 400, "22023", 2},
    ErrorKindInfo{ErrorKind::kViolation, "Violation", "Data breaks a rule it has to meet.", 422,
                  "23000", 1},
    ErrorKindInfo{ErrorKind::kUnavailable, "Unavailable",
                  "Something outside did not answer; trying again may succeed.", 503, "58030", 1},
    ErrorKindInfo{ErrorKind::kExhausted, "Exhausted",
                  "A limit is reached: memory, disk, quota, size.", 507, "53000", 1},
    ErrorKindInfo{ErrorKind::kCancelled, "Cancelled", "Somebody asked to stop.", 499, "57014", 130},
    ErrorKindInfo{ErrorKind::kCorrupt, "Corrupt", "Stored data is damaged or not what it claims.",
                  500, "XX001", 1},
    ErrorKindInfo{ErrorKind::kUnsupported, "Unsupported", "This is known, but cannot be done.", 501,
                  "0A000", 1},
    ErrorKindInfo{ErrorKind::kPermissionDenied, "PermissionDenied",
                  "The user or the process may not do this.", 403, "42501", 1},
    ErrorKindInfo{ErrorKind::kInternal, "Internal", "The program is wrong; please report it.", 500,
                  "XX000", 1},
};

constexpr bool RowsFollowTheEnum() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return kKinds.size() == static_cast<size_t>(ErrorKind::kInternal) + 1;
}
static_assert(RowsFollowTheEnum());

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

constexpr size_t kExcerptCodePointsMax = 160;
constexpr size_t kContextBefore = 60;

// The part of a long line that is shown, and where the caret stands in it (from 0).
struct Window {
  std::string_view text;
  size_t caret = 0;
  bool cut_before = false;
  bool cut_after = false;
};

Window CutWindow(const Place& place) {
  Window window{place.excerpt, static_cast<size_t>(std::max(place.column, 1) - 1)};
  if (CountCodePoints(window.text) <= kExcerptCodePointsMax) return window;
  if (window.caret > kContextBefore * 2) {
    size_t skipped = window.caret - kContextBefore;
    window.text.remove_prefix(TruncateCodePoints(window.text, skipped).size());
    window.caret = kContextBefore;
    window.cut_before = true;
  }
  std::string_view shown = TruncateCodePoints(window.text, kExcerptCodePointsMax);
  window.cut_after = shown.size() < window.text.size();
  window.text = shown;
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

void AppendExcerpt(std::string& out, const Place& place) {
  Window window = CutWindow(place);
  std::string number = place.line > 0 ? fmt::format("{}", place.line) : std::string();
  std::string_view cut_before = window.cut_before ? "..." : "";
  out += fmt::format("\n {} | {}", number, cut_before);
  AppendPrintable(out, window.text, true);
  out += window.cut_after ? "..." : "";
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

std::span<const ErrorKindInfo> ErrorKinds() {
  return kKinds;
}

const ErrorKindInfo& InfoOf(ErrorKind kind) {
  auto row = static_cast<size_t>(kind);
  LAGUNA_ASSERT(row < kKinds.size());
  return kKinds[row];
}

Error::Error(ErrorKind kind, std::string code, std::string sentence)
    : kind_(kind), code_(std::move(code)), sentence_(std::move(sentence)) {}

Error Error::Hint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Error Error::At(Place place) && {
  place_ = std::move(place);
  return std::move(*this);
}

Error Error::With(std::string name, std::string value) && {
  values_.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Error Error::Within(std::string_view context) && {
  sentence_ = fmt::format("{}: {}", context, sentence_);
  return std::move(*this);
}

std::string Error::Report() const {
  std::string out;
  if (place_) AppendPosition(out, *place_);
  out += "error: ";
  AppendPrintable(out, sentence_, false);
  if (place_ && !place_->excerpt.empty()) AppendExcerpt(out, *place_);
  for (const auto& [name, value] : values_) {
    out += fmt::format("\n  {}: ", name);
    AppendPrintable(out, value, true);
  }
  if (!hint_.empty()) {
    out += "\nhint: ";
    AppendPrintable(out, hint_, false);
  }
  return out;
}

}  // namespace laguna::base
