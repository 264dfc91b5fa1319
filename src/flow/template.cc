// SPDX-License-Identifier: Apache-2.0
#include "flow/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::YamlNode;

std::string_view Trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\n") - start + 1);
}

std::string HintForNull(std::string_view expression) {
  return fmt::format("Say what to write instead: {{{{ coalesce({}, '') }}}}.", expression);
}

// Behind the quote that closes the one at `offset`; a doubled quote is two strings to us, which is
// as good here.
size_t SkipQuoted(std::string_view text, size_t offset) {
  const size_t end = text.find(text[offset], offset + 1);
  return end == std::string_view::npos ? text.size() : end + 1;
}

// Where the '}}' stands that closes an expression. Braces nest, as a struct literal {'a': {'b': 1}}
// may end in '}}' too, and do not count in quotes.
std::optional<size_t> FindClose(std::string_view text, size_t offset) {
  int depth = 0;
  while (offset < text.size()) {
    const char c = text[offset];
    if (c == '\'' || c == '"') {
      offset = SkipQuoted(text, offset);
      continue;
    }
    if (depth == 0 && text.substr(offset, 2) == "}}") return offset;
    if (c == '{') ++depth;
    if (c == '}' && depth > 0) --depth;
    ++offset;
  }
  return std::nullopt;
}

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

Template Template::Parse(const YamlNode& scalar) {
  Template result(scalar);
  const std::string_view text = scalar.text();
  size_t offset = 0;
  while (offset < text.size()) {
    const size_t open = std::min(text.find("{{", offset), text.size());
    if (open > offset) {
      result.pieces_.push_back({false, std::string(text.substr(offset, open - offset)), offset});
    }
    if (open == text.size()) break;
    const auto close = FindClose(text, open + 2);
    if (!close) {
      throw scalar.Problem("template.syntax", "The '{{' here is never closed.")
          .At(result.PlaceAt(open, 2))
          .Hint("Close it with '}}'. For the two characters themselves write {{ '{{' }}.");
    }
    const std::string_view inside = text.substr(open + 2, *close - open - 2);
    const std::string_view expression = Trimmed(inside);
    if (expression.empty()) {
      throw scalar.Problem("template.syntax", "There is no expression between '{{' and '}}'.")
          .At(result.PlaceAt(open, *close + 2 - open));
    }
    const size_t start = static_cast<size_t>(expression.data() - text.data());
    result.pieces_.push_back({true, std::string(expression), start});
    offset = *close + 2;
  }
  return result;
}

base::Place Template::PlaceAt(size_t offset, size_t length) const {
  const size_t shown =
      base::CountCodePoints(std::string_view(scalar_.text()).substr(offset, length));
  const auto place = scalar_.PlaceIn(offset, static_cast<int>(std::max<size_t>(shown, 1)));
  return place.value_or(scalar_.place());
}

engine::Value Template::Evaluate(const Evaluator& evaluate,
                                 const engine::NamedValues& values) const {
  if (pieces_.size() == 1 && pieces_[0].expression) {
    return EvaluatePiece(pieces_[0], evaluate, values);
  }
  return EvaluateText(evaluate, values);
}

engine::Value Template::EvaluatePiece(const Piece& piece, const Evaluator& evaluate,
                                      const engine::NamedValues& values) const {
  try {
    return evaluate(piece.text, values);
  } catch (const Error& error) {
    base::Place place = PlaceAt(piece.offset, piece.text.size());
    const auto& inside = error.place();
    if (inside && inside->line == 1 && inside->column > 0 && IsAscii(piece.text)) {
      place = PlaceAt(piece.offset + static_cast<size_t>(inside->column) - 1,
                      static_cast<size_t>(std::max(inside->length, 1)));
    }
    throw Error(error).At(std::move(place));
  }
}

std::string Template::EvaluateText(const Evaluator& evaluate,
                                   const engine::NamedValues& values) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    if (!piece.expression) {
      text += piece.text;
      continue;
    }
    const engine::Value value = EvaluatePiece(piece, evaluate, values);
    if (value.IsNull()) {
      throw scalar_.Problem("template.null", "This is NULL, and stands in the middle of text.")
          .At(PlaceAt(piece.offset, piece.text.size()))
          .Hint(HintForNull(piece.text));
    }
    text += value.ToText();
  }
  return text;
}

namespace {

bool HoldsTemplate(const YamlNode& scalar) {
  if (!Template::Holds(scalar.text())) return false;
  Template::Parse(scalar);
  return true;
}

std::optional<connect::OptionText> ToOptionText(const engine::Value& value) {
  if (value.IsNull()) return std::nullopt;
  if (const auto* list = std::get_if<engine::ValueList>(&value.alternatives())) {
    std::vector<std::string> texts;
    for (const engine::Value& element : *list) texts.push_back(element.ToText());
    return texts;
  }
  if (const auto* fields = std::get_if<engine::ValueStruct>(&value.alternatives())) {
    std::map<std::string, std::string> texts;
    for (const auto& [name, field] : *fields) texts[name] = field.ToText();
    return texts;
  }
  return value.ToText();
}

}  // namespace

connect::OptionTemplates CheckTemplates() {
  return {.holds = HoldsTemplate};
}

connect::OptionTemplates EvaluateTemplates(const Evaluator& evaluate,
                                           const engine::NamedValues& values) {
  return {.holds = HoldsTemplate,
          .evaluate =
              [&evaluate, &values](const YamlNode& scalar) {
                return ToOptionText(Template::Parse(scalar).Evaluate(evaluate, values));
              },
          // Only a value that is one template alone can be NULL.
          .hint_for_null =
              [](const YamlNode& scalar) {
                return HintForNull(Template::Parse(scalar).pieces().front().text);
              }};
}

}  // namespace laguna::flow
