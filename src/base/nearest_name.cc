// SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace laguna::base {
namespace {

// Names are short; what is longer is no typo of one, and the work grows with the square.
constexpr size_t kNameBytesMax = 128;
constexpr size_t kListedMax = 10;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string LowerAll(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

// Optimal string alignment: Levenshtein's rows, one more kept for the swap of neighbours.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

size_t EditsAllowed(size_t letters) {
  if (letters < 3) return 0;
  return std::max<size_t>(1, letters / 3);
}

}  // namespace

std::optional<std::string> NearestName(std::string_view name,
                                       std::span<const std::string> candidates) {
  if (name.size() > kNameBytesMax) return std::nullopt;
  std::string wanted = LowerAll(name);
  const std::string* nearest = nullptr;
  size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNameBytesMax) continue;
    size_t edits = EditDistance(wanted, LowerAll(candidate));
    if (edits > EditsAllowed(std::max(candidate.size(), name.size()))) continue;
    if (nearest != nullptr && edits >= fewest) continue;
    nearest = &candidate;
    fewest = edits;
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

std::string SuggestName(std::string_view name, std::span<const std::string> candidates) {
  if (candidates.empty()) return "";
  if (std::optional<std::string> nearest = NearestName(name, candidates)) {
    return fmt::format("Did you mean '{}'?", *nearest);
  }
  if (candidates.size() == 1) return fmt::format("The only one known is '{}'.", candidates[0]);
  std::string list = "Known are: ";
  size_t listed = std::min(candidates.size(), kListedMax);
  for (size_t i = 0; i < listed; ++i) {
    bool last = i + 1 == candidates.size();
    std::string_view joint = last ? " and " : ", ";
    list += fmt::format("{}'{}'", i == 0 ? "" : joint, candidates[i]);
  }
  if (listed < candidates.size()) {
    list += fmt::format(" and {} more", candidates.size() - listed);
  }
  return list + ".";
}

}  // namespace laguna::base
