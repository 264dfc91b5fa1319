// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "engine/edit/edits.h"

namespace laguna::engine {

void EditAlterTable(EditedStatement& statement) {
  if (!statement.Comes(0, {"ALTER", "TABLE"})) {
    return;
  }
  for (size_t at = 2; at < statement.size(); ++at) {
    if (!statement.Comes(at, {"SET", "LOCATION"})) {
      continue;
    }
    throw base::Error(
        base::ErrorKind::kUnsupported, "alter.location",
        "A table of the lake is the folder of its name, so its LOCATION cannot be set.")
        .Hint(
            "ALTER TABLE ... RENAME TO schema.name moves a table; CREATE TABLE ... SHALLOW CLONE "
            "takes one in from elsewhere.")
        .At(statement.ErrorAt(at, "LOCATION").place().value());
  }
}

}  // namespace laguna::engine
