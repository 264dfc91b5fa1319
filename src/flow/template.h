// SPDX-License-Identifier: Apache-2.0
// `{{ expression }}` in a YAML value: a SQL scalar expression, and the only template language.
//
// A value that is one template alone keeps the expression's type; text with templates in it becomes
// text. Parsing is pure; evaluation is done by a function that app makes of engine::Session. A
// literal '{{' is written {{ '{{' }}. Values.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "connect/option.h"
#include "engine/value.h"

namespace laguna::flow {

// Gives the value of a SQL scalar expression that sees `values` as columns. Errors as
// engine::Session::Evaluate has them.
using Evaluator =
    std::function<engine::Value(std::string_view expression, const engine::NamedValues& values)>;

class Template {
 public:
  struct Piece {
    // Else literal text.
    bool expression = false;
    std::string text;
    // Of the text within the scalar, in bytes.
    size_t offset = 0;
  };

  // InvalidInput "template.syntax" for '{{' that is not closed, and for an empty expression.
  static Template Parse(const base::YamlNode& scalar);
  // Whether there is a '{{' at all.
  static bool Holds(std::string_view text) { return text.find("{{") != std::string_view::npos; }

  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  [[nodiscard]] const base::YamlNode& scalar() const { return scalar_; }
  // Where `length` bytes at `offset` of the scalar stand in the file; the scalar's own place when
  // YAML wrote them another way (escapes, several lines).
  [[nodiscard]] base::Place PlaceAt(size_t offset, size_t length) const;

  // Errors have their place in the file. NULL inside text is InvalidInput "template.null".
  [[nodiscard]] engine::Value Evaluate(const Evaluator& evaluate,
                                       const engine::NamedValues& values) const;

 private:
  explicit Template(base::YamlNode scalar) : scalar_(std::move(scalar)) {}

  [[nodiscard]] engine::Value EvaluatePiece(const Piece& piece, const Evaluator& evaluate,
                                            const engine::NamedValues& values) const;
  [[nodiscard]] std::string EvaluateText(const Evaluator& evaluate,
                                         const engine::NamedValues& values) const;

  base::YamlNode scalar_;
  std::vector<Piece> pieces_;
};

// How options with templates are checked before a run (no evaluator), and read in one.
connect::OptionTemplates CheckTemplates();
connect::OptionTemplates EvaluateTemplates(const Evaluator& evaluate,
                                           const engine::NamedValues& values);

}  // namespace laguna::flow
