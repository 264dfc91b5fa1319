// SPDX-License-Identifier: Apache-2.0
#include "engine/prepared_statement.h"

#include "duckdb/main/client_data.hpp"
#include "duckdb/main/prepared_statement_data.hpp"
#include "duckdb/parser/statement/execute_statement.hpp"

namespace laguna::engine {

const duckdb::SQLStatement& StatementToRun(duckdb::ClientContext& context,
                                           const duckdb::SQLStatement& statement) {
  if (statement.type != duckdb::StatementType::EXECUTE_STATEMENT) return statement;
  const auto& prepared = duckdb::ClientData::Get(context).prepared_statements;
  const auto found = prepared.find(statement.Cast<duckdb::ExecuteStatement>().name);
  const bool is_known = found != prepared.end() && found->second->unbound_statement;
  return is_known ? *found->second->unbound_statement : statement;
}

}  // namespace laguna::engine
