// SPDX-License-Identifier: Apache-2.0
#include "runner/rewriting.h"

#include <algorithm>

#include "runner/comparison.h"

namespace laguna::test {

std::string Rewrite(std::string_view text, std::vector<Rewriting> rewritings) {
  std::ranges::sort(rewritings, {}, &Rewriting::begin_line);
  const std::vector<std::string> lines = SplitLines(text);
  std::string result;
  size_t copied = 0;
  const auto copy_until = [&](size_t end) {
    for (; copied < std::min(end, lines.size()); ++copied) result += lines[copied] + "\n";
  };
  for (const Rewriting& rewriting : rewritings) {
    copy_until(static_cast<size_t>(rewriting.begin_line) - 1);
    result += "----\n";
    for (const std::string& line : rewriting.lines) result += line + "\n";
    copied = static_cast<size_t>(rewriting.end_line) - 1;
  }
  copy_until(lines.size());
  return result;
}

std::string Generalize(std::string text, const Variables& placeholders) {
  for (const auto& [name, value] : placeholders) {
    if (value.empty()) continue;
    for (size_t at = text.find(value); at != std::string::npos;
         at = text.find(value, at + name.size())) {
      text.replace(at, value.size(), name);
    }
  }
  return text;
}

}  // namespace laguna::test
