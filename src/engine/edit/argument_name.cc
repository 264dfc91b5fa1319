// SPDX-License-Identifier: Apache-2.0
// delta_scan(..., timestamp => ...): TIMESTAMP is a keyword to DuckDB's parser, which takes no
// argument of that name; the function knows it as `as_of` too.
#include <optional>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

// The bracket around a token; nothing when there is none.
std::optional<size_t> OpeningBefore(const EditedStatement& statement, size_t at) {
  size_t depth = 0;
  while (at-- > 0) {
    if (statement[at].IsOperator(")")) ++depth;
    if (!statement[at].IsOperator("(")) continue;
    if (depth == 0) return at;
    --depth;
  }
  return std::nullopt;
}

}  // namespace

void EditArgumentName(EditedStatement& statement) {
  for (size_t i = 0; i < statement.size(); ++i) {
    if (!statement[i].Is("TIMESTAMP") || !statement[i + 1].IsOperator("=>")) continue;
    const auto opening = OpeningBefore(statement, i);
    if (opening && *opening > 0 && statement[*opening - 1].Is("DELTA_SCAN")) {
      statement.Overwrite(i, "as_of");
    }
  }
}

}  // namespace laguna::engine
