// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "engine/edit/edits.h"

namespace laguna::engine {

void EditBackQuotedNames(EditedStatement& statement) {
  for (size_t i = 0; i < statement.size(); ++i) {
    if (statement[i].kind != TokenKind::kQuotedIdentifier || statement[i].text.front() != '`') {
      continue;
    }
    const std::string name = statement.Unquoted(i);
    if (name.find('"') != std::string::npos) {
      throw statement.ErrorAt(i, "A name that holds a double quote cannot be back-quoted.")
          .Hint("Write it in double quotes, its own doubled: \"a\"\"b\".");
    }
    statement.Overwrite(i, "\"" + name + "\"");
  }
}

}  // namespace laguna::engine
