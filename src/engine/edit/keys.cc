// SPDX-License-Identifier: Apache-2.0
// Keys in the list of columns of a CREATE TABLE. A lake's table refuses them at their place, other
// tables keep them, and which of them it is the catalog knows.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"

namespace laguna::engine {

void EditKeys(EditedStatement& statement) {
  static const std::array<std::vector<std::string_view>, 4> kKeys{{
      {"PRIMARY", "KEY"},
      {"FOREIGN", "KEY"},
      {"UNIQUE"},
      {"REFERENCES"},
  }};
  const size_t open = ColumnListOf(statement);
  const size_t close = open < statement.size() ? statement.ClosingOf(open) : open;
  for (size_t at = open + 1; at < close; ++at) {
    for (const auto& words : kKeys) {
      if (!statement.Comes(at, words)) continue;
      std::string name(words.front());
      if (words.size() > 1) name += " KEY";
      statement.options.key_clause = {name, statement.OffsetOf(at)};
      return;
    }
    if (statement[at].IsOperator("(")) at = statement.ClosingOf(at);
  }
}

}  // namespace laguna::engine
