// SPDX-License-Identifier: Apache-2.0
// INSERT WITH SCHEMA EVOLUTION INTO, MERGE WITH SCHEMA EVOLUTION INTO.
#include <initializer_list>

#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {

void EditSchemaEvolution(EditedStatement& statement) {
  for (const std::string_view verb : {"INSERT", "MERGE"}) {
    const size_t clause = FindVerb(statement, verb) + 1;
    if (!statement.Comes(clause, {"WITH", "SCHEMA"})) {
      continue;
    }
    if (!statement[clause + 2].Is("EVOLUTION")) {
      throw statement.ErrorAt(clause + 2, "Expected EVOLUTION here.")
          .Hint("The syntax is: " + std::string(verb) + " WITH SCHEMA EVOLUTION INTO table ...");
    }
    statement.options.schema_evolution = true;
    statement.Blank(clause, clause + 3);
    return;
  }
}

}  // namespace laguna::engine
