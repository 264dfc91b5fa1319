// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {

void EditPreparedMerge(EditedStatement& statement) {
  const bool prepares = statement[0].Is("PREPARE") && statement[2].Is("AS");
  if (!prepares || FindVerb(statement, "MERGE") >= statement.size()) {
    return;
  }
  statement.prepared_name = statement.Unquoted(1);
  statement.Blank(0, 3);
}

}  // namespace laguna::engine
