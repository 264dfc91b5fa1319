// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

// The statement's own INSERT: the first word, or behind WITH the first one outside parentheses.
size_t FindInsert(const EditedStatement& statement) {
  if (!statement[0].Is("WITH") && !statement[0].Is("EXPLAIN")) {
    return statement[0].Is("INSERT") ? 0 : statement.size();
  }
  for (size_t i = 0; i < statement.size(); ++i) {
    if (statement[i].IsOperator("(")) {
      i = statement.ClosingOf(i);
    } else if (statement[i].Is("INSERT")) {
      return i;
    }
  }
  return statement.size();
}

}  // namespace

void EditInsertOverwrite(EditedStatement& statement) {
  const size_t next = FindInsert(statement) + 1;
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
