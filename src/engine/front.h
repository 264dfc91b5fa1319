// SPDX-License-Identifier: Apache-2.0
// The one front for statements (DESIGN §3a): from a statement's text to the statement objects
// DuckDB runs.
//
// Our own statements become calls of our table functions; the rest goes through the edits of
// engine/edit, DuckDB's parser, and the rewriters of its tree. Positions in what comes out are byte
// offsets in the statement as written. Stateless; any thread.
#pragma once

#include <string>
#include <vector>

#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"
#include "engine/own_statement.h"
#include "engine/script.h"
#include "engine/statement_options.h"

namespace laguna::engine {

struct FrontStatement {
  // Usually one; DuckDB makes several of a PIVOT or a PRAGMA. The last gives the result.
  std::vector<duckdb::unique_ptr<duckdb::SQLStatement>> statements;
  StatementOptions options;
  // One of ours: it runs to its end even if nobody reads its rows.
  bool own = false;
};

class Front {
 public:
  Front(std::vector<const OwnStatement*> statements, std::string extension_directory);

  // Throws our Error with its place, or DuckDB's exception with its position.
  [[nodiscard]] FrontStatement Parse(duckdb::ClientContext& context, const Script& script,
                                     const ScriptStatement& statement) const;

 private:
  [[nodiscard]] FrontStatement ParseOwn(const Script& script, const ScriptStatement& statement,
                                        const OwnStatement& own, size_t words) const;
  [[nodiscard]] FrontStatement ParseDuckdb(duckdb::ClientContext& context, const Script& script,
                                           const ScriptStatement& statement) const;

  std::vector<const OwnStatement*> statements_;
  std::string extension_directory_;
};

}  // namespace laguna::engine
