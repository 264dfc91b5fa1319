// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {
void EditInsertOverwrite(EditedStatement& statement) {
  const size_t next = FindVerb(statement, "INSERT") + 1;
  if (statement[next].Is("INTO") && statement[next + 1].Is("TABLE")) {
    statement.Blank(next + 1, next + 2);
    return;
  }
  if (!statement[next].Is("OVERWRITE")) {
    return;
  }
  statement.options.overwrite = true;
  statement.Overwrite(next, "INTO");
  while (statement[next + 1].Is("INTO") || statement[next + 1].Is("TABLE")) {
    statement.Blank(next + 1, next + 2);
  }
}

}  // namespace laguna::engine
