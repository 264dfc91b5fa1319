// SPDX-License-Identifier: Apache-2.0
// VACUUM as SQL has it: the table a statement names, the session's settings, and the clones of the
// lake that refer to the table's files. Used on the query's thread.
#pragma once

#include "catalog/opened_table.h"
#include "delta/vacuum.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class LakeCatalog;

// lake_vacuum_retention_check: whether VACUUM refuses a retention shorter than the table's.
void AddVacuumSettings(duckdb::DBConfig& config);

// With the session's retention check, the table's clones and the statement's interrupt. `context`
// and `table` outlive the options.
[[nodiscard]] delta::VacuumOptions VacuumOptionsFor(duckdb::ClientContext& context,
                                                    const OpenedTable& table);

// Unsupported ("sql.in_transaction") between BEGIN and COMMIT: what `statement` does cannot be
// taken back.
void RefuseInTransaction(duckdb::ClientContext& context, const std::string& statement);

// The lake's catalog when the table lies below its storage root; null for other tables.
[[nodiscard]] LakeCatalog* LakeHolding(duckdb::ClientContext& context, const OpenedTable& table);

}  // namespace laguna::catalog
