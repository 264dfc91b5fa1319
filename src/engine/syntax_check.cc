// SPDX-License-Identifier: Apache-2.0
#include "engine/syntax_check.h"

#include "engine/duckdb.h"
#include "engine/front.h"
#include "engine/guard.h"
#include "engine/statement_source.h"

namespace laguna::engine {

void CheckSyntax(const Database& database, Session& session, const Script& script) {
  const Front front(database.config().statements, database.config().extension_directory);
  duckdb::ClientContext& context = *session.connection().context;
  for (const ScriptStatement& statement : script.statements()) {
    const StatementSource source(script, statement);
    try {
      (void)front.Parse(context, script, statement);
    } catch (const base::Error& error) {
      throw source.Placed(error, std::nullopt);
    } catch (const std::exception& exception) {
      const duckdb::ErrorData data(exception);
      throw source.Placed(Translate(data), PositionOf(data));
    }
  }
}

}  // namespace laguna::engine
