// SPDX-License-Identifier: Apache-2.0
// The table that a statement or a function of ours is about, as users name it: bronze.sales,
// '/data/sales', delta.`/data/sales`; function('bronze.sales'), function(path => '/data/sales').
#pragma once

#include <string>

#include "catalog/opened_table.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "engine/duckdb.h"
#include "engine/own_statement.h"

namespace laguna::catalog {

// A qualified name as SQL text, quoted where it must be.
std::string QuotedName(const engine::QualifiedName& name);

// The next tokens: a name becomes the first argument of `call`, a folder its parameter `path`.
void TakeTableOperand(engine::TokenReader& tokens, engine::FunctionCall& call);

// `function` (without arguments) with either form of the operand, under one name.
void RegisterWithTableOperand(duckdb::ExtensionLoader& loader, duckdb::TableFunction function,
                              const LakeEnvironment& environment);
// What such a function gets as its function_info.
const LakeEnvironment& EnvironmentOf(const duckdb::TableFunctionBindInput& input);
// The table the function was called with; `what_for` as OpenNamedTable has it.
OpenedTable OpenTableOperand(duckdb::ClientContext& context,
                             const duckdb::TableFunctionBindInput& input,
                             const std::string& what_for);

}  // namespace laguna::catalog
