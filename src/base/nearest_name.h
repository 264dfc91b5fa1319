// SPDX-License-Identifier: Apache-2.0
// "Did you mean ...": the valid name that a misspelt one was most likely meant to be. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace laguna::base {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; case is free)
// from `name`; nothing when even that one differs by more than a third of its length. Of equals,
// the first.
std::optional<std::string> NearestName(std::string_view name,
                                       std::span<const std::string> candidates);

// "Did you mean 'format'?", or, when nothing is near, "Valid names: csv, json, table."; for hints.
std::string NearestNameHint(std::string_view name, std::span<const std::string> candidates);

}  // namespace laguna::base
