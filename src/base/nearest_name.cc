// SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace laguna::base {
namespace {

// Longer names are compared by their beginnings, so that hostile input costs little.
constexpr size_t kComparedBytesMax = 64;
constexpr size_t kListedMax = 12;

std::string Folded(std::string_view text) {
  std::string folded(text.substr(0, kComparedBytesMax));
  std::ranges::transform(folded, folded.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return folded;
}

// The optimal string alignment distance, row by row; the rows of the last two letters of `a` are
// all that is needed.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(current);
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
  }
  return current[b.size()];
}

}  // namespace

std::optional<std::string> NearestName(std::string_view name,
                                       std::span<const std::string> candidates) {
  const std::string wanted = Folded(name);
  std::optional<std::string> nearest;
  size_t least = SIZE_MAX;
  for (const std::string& candidate : candidates) {
    const std::string folded = Folded(candidate);
    const size_t distance = EditDistance(wanted, folded);
    const size_t longer = std::max(wanted.size(), folded.size());
    if (distance >= least || distance > (longer + 2) / 3) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string NearestNameHint(std::string_view name, std::span<const std::string> candidates) {
  if (const auto nearest = NearestName(name, candidates)) {
    return fmt::format("Did you mean '{}'?", *nearest);
  }
  if (candidates.empty()) return "";
  const auto listed = candidates.first(std::min(candidates.size(), kListedMax));
  return fmt::format("Valid names: {}{}.", fmt::join(listed, ", "),
                     listed.size() < candidates.size() ? ", ..." : "");
}

}  // namespace laguna::base
