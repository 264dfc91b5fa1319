// SPDX-License-Identifier: Apache-2.0
#include "task/script/placed_script.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/utf8.h"

namespace laguna::task {
namespace {

using base::Error;
using base::Place;

struct Line {
  size_t offset = 0;
  std::string_view text;
};

// The line with this number, from 1 on; nothing behind the last.
std::optional<Line> LineOf(std::string_view text, int number) {
  size_t begin = 0;
  for (int line = 1; line < number; ++line) {
    const size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    begin = end + 1;
  }
  return Line{begin, text.substr(begin, text.find('\n', begin) - begin)};
}

// A template may have made several lines of one; then lines cannot be told by their numbers.
bool HasAsManyLines(std::string_view one, std::string_view other) {
  return std::ranges::count(one, '\n') == std::ranges::count(other, '\n');
}

size_t BytesOf(std::string_view line, int code_points) {
  return base::TruncateCodePoints(line, static_cast<size_t>(std::max(code_points, 0))).size();
}

std::string_view WithoutBlanks(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

}  // namespace

PlacedScript::PlacedScript(std::string text, const std::string& file)
    : script_(std::move(text), file) {}

PlacedScript::PlacedScript(std::string text, base::YamlNode scalar)
    : scalar_(std::move(scalar)), script_(std::move(text), scalar_->place().file) {}

Place PlacedScript::PlaceOf(const engine::ScriptStatement& statement) const {
  const Place place = script_.PlaceOf(statement.offset);
  return scalar_ ? InFlow(place) : place;
}

Place PlacedScript::InFlow(const Place& place) const {
  const auto made = LineOf(script_.text(), place.line);
  const auto written = LineOf(scalar_->text(), place.line);
  if (!made || !written || !HasAsManyLines(script_.text(), scalar_->text())) {
    return scalar_->place();
  }
  size_t offset = written->offset + BytesOf(written->text, place.column - 1);
  int length = place.length;
  if (made->text != written->text) {
    const std::string_view whole = WithoutBlanks(written->text);
    offset = written->offset + static_cast<size_t>(whole.data() - written->text.data());
    length = static_cast<int>(base::CountCodePoints(whole));
  }
  return scalar_->PlaceIn(offset, length).value_or(scalar_->place());
}

Error PlacedScript::Placed(const Error& error) const {
  if (!scalar_ || !error.place() || error.place()->file != script_.file()) return error;
  const Place& place = *error.place();
  Place shown = InFlow(place);
  const std::string_view made = WithoutBlanks(place.excerpt);
  const bool changed = shown.excerpt.find(made) == std::string::npos;
  Error placed = Error(error).At(std::move(shown));
  return changed ? std::move(placed).With("statement", std::string(made)) : placed;
}

}  // namespace laguna::task
