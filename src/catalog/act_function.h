// SPDX-License-Identifier: Apache-2.0
// Table functions that do one thing when their statement runs, and tell a row or a few about it:
// laguna_clone, laguna_restore ...
//
// Binding reads the arguments into an Act and says what can be said before anything happens; its
// errors point at the call. The statement then runs the act once, however often DuckDB asks for
// rows. A prepared statement is bound once and runs its act each time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catalog/named_argument.h"
#include "duckdb/function/table_function.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

using ActColumns = std::vector<std::pair<const char*, duckdb::LogicalType>>;
using ActRows = std::vector<std::vector<duckdb::Value>>;

struct Act : duckdb::TableFunctionData {
  // Those of its rows.
  [[nodiscard]] virtual ActColumns Columns() const = 0;
  // Does it. At most a chunk of the rows is told.
  virtual ActRows Run(duckdb::ClientContext& context) const = 0;
};

// Errors may be base::Error.
using BindAct = duckdb::unique_ptr<Act>(duckdb::ClientContext& context,
                                        duckdb::TableFunctionBindInput& input);

// What ActFunction is made of: its bind function with `bind`, and the function around one.
duckdb::unique_ptr<duckdb::FunctionData> BoundAct(BindAct& bind, duckdb::ClientContext& context,
                                                  duckdb::TableFunctionBindInput& input,
                                                  duckdb::vector<duckdb::LogicalType>& types,
                                                  duckdb::vector<duckdb::string>& names);
duckdb::TableFunction FunctionOfActs(const char* name,
                                     const duckdb::vector<duckdb::LogicalType>& arguments,
                                     duckdb::table_function_bind_t bind);

// For loader.RegisterFunction and RegisterWithTableOperand. `arguments` are the types of the
// positional ones. DuckDB wants a bare function for each, hence the template.
template <BindAct& kBind>
duckdb::TableFunction ActFunction(const char* name,
                                  duckdb::vector<duckdb::LogicalType> arguments = {}) {
  return FunctionOfActs(
      name, std::move(arguments),
      [](duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
         duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<duckdb::string>& names) {
        return BoundAct(kBind, context, input, types, names);
      });
}

}  // namespace laguna::catalog
