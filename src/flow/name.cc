// SPDX-License-Identifier: Apache-2.0
#include "flow/name.h"

#include <fmt/format.h>

#include <algorithm>

#include "flow/reference.h"

namespace laguna::flow {
namespace {

constexpr size_t kNameLengthMax = 64;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kNameLengthMax && IsLetter(text[0]) &&
         std::ranges::all_of(text, [](char c) { return IsLetter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string NameFrom(const base::YamlNode& scalar, std::string_view what) {
  if (IsName(scalar.AsString())) return scalar.text();
  throw scalar
      .Problem("flow.name", fmt::format("'{}' cannot be the name of {}.", scalar.text(), what))
      .Hint(
          fmt::format("Use letters, digits and '_', no digit first, {} at most.", kNameLengthMax));
}

void NameSet::Add(const base::YamlNode& name) {
  const auto [known, added] = names_.emplace(Folded(name.text()), name.text());
  if (added) return;
  throw name
      .Problem("flow.name", fmt::format("The {} '{}' and '{}' differ by case alone, which names in "
                                        "SQL do not.",
                                        what_, known->second, name.text()))
      .Hint("Rename one of them.");
}

}  // namespace laguna::flow
