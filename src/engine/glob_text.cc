// SPDX-License-Identifier: Apache-2.0
#include "engine/glob_text.h"

namespace laguna::engine {

std::string PatternOf(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    const bool special = kWildcards.find(c) != std::string_view::npos;
    special ? pattern.append({'[', c, ']'}) : pattern.append(1, c);
  }
  return pattern;
}

}  // namespace laguna::engine
