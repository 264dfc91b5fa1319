// SPDX-License-Identifier: Apache-2.0
// What a CREATE TABLE says of its columns' values: DEFAULT, GENERATED ALWAYS AS, AS IDENTITY.
#pragma once

#include <string>

#include "delta/action.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "engine/statement_options.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

// Puts it into `definition`, which has the columns and partitions already. InvalidInput and
// Unsupported, at the clause, for what a Delta table cannot keep. `table` ("bronze.t") is for
// messages.
void DefineColumnValues(const duckdb::CreateTableInfo& info,
                        const engine::StatementOptions& options, const std::string& table,
                        delta::Metadata& definition);

// An engine::TreeRewriter: gives generated columns back to a CREATE TABLE in another database than
// the lake, which has its own.
void RestoreGeneratedColumns(const engine::Rewriting& rewriting);

}  // namespace laguna::catalog
