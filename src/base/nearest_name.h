// SPDX-License-Identifier: Apache-2.0
// What a person who mistyped a name probably meant. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace laguna::base {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; letter case
// does not count), the first of equals; nothing when even that differs in more than a third of its
// letters (but one edit is always allowed for names of three letters and more).
std::optional<std::string> NearestName(std::string_view name,
                                       std::span<const std::string> candidates);

// The hint for an unknown name: "Did you mean 'zones'?" when one is near, else "Known are: 'a', 'b'
// and 'c'." with at most ten names, else nothing when there are no candidates.
std::string SuggestName(std::string_view name, std::span<const std::string> candidates);

}  // namespace laguna::base
