// SPDX-License-Identifier: Apache-2.0
#include "app/table_name.h"

#include "base/error.h"
#include "engine/script.h"
#include "engine/token.h"

namespace laguna::app {

std::string TableName(const std::string& typed) {
  const engine::Script script(typed, "table name");
  if (script.statements().size() != 1) {
    throw base::Error(base::ErrorKind::kInvalidInput, "usage.table_name",
                      "'" + typed + "' is not the name of a table.")
        .Hint("Write zone.table, as in 'bronze.sales'.");
  }
  engine::TokenReader tokens(script, script.statements().front().tokens, "zone.table");
  const engine::QualifiedName name = tokens.TakeQualifiedName();
  tokens.TakeEnd();
  return name.ToString();
}

}  // namespace laguna::app
