// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/finding.h"

#include <fmt/format.h>

#include <algorithm>

namespace laguna::app {
namespace {

std::string InOneLine(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

Finding ProblemOf(const std::string& subject, const base::Error& error) {
  std::string sentence = error.sentence();
  const auto& place = error.place();
  if (place && place->line > 0) {
    sentence = fmt::format("{}:{}:{}: {}", place->file, place->line, place->column, sentence);
  }
  return {subject, Health::kProblem, InOneLine(std::move(sentence)), InOneLine(error.hint())};
}

}  // namespace laguna::app
