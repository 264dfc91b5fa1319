// SPDX-License-Identifier: Apache-2.0
#include "engine/written_query.h"

#include <utility>

#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/subqueryref.hpp"

namespace laguna::engine {

duckdb::unique_ptr<duckdb::TableRef> WrittenQuery(duckdb::ClientContext& context,
                                                  const std::string& select,
                                                  const std::string& alias) {
  duckdb::Parser parser(context.GetParserOptions());
  parser.ParseQuery(select);
  auto statement = duckdb::unique_ptr_cast<duckdb::SQLStatement, duckdb::SelectStatement>(
      std::move(parser.statements.at(0)));
  auto relation = duckdb::make_uniq<duckdb::SubqueryRef>(std::move(statement), alias);
  relation->query_location = duckdb::optional_idx();
  return relation;
}

}  // namespace laguna::engine
