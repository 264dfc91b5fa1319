// SPDX-License-Identifier: Apache-2.0
// A table that a statement alters: its definition as the transaction has it, and the way a new one
// goes back. Used on the query's thread, in its transaction.
#pragma once

#include <string>

#include "catalog/alter/column_change.h"
#include "catalog/lake_catalog.h"
#include "catalog/table_view.h"
#include "delta/action.h"
#include "delta/transaction.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct AlteredTable {
  LakeCatalog& catalog;
  // "bronze/t".
  std::string root;
  // "bronze.t".
  std::string name;
  TableViewPtr view;
};

// By a name as SQL has it. NotFound; InvalidInput for views and tables that are not the lake's.
AlteredTable OpenToAlter(duckdb::ClientContext& context, const std::string& name,
                         duckdb::QueryErrorContext place = duckdb::QueryErrorContext());

// Whether there is no such table, for ALTER TABLE IF EXISTS. Other errors as above.
bool IsMissingTable(duckdb::ClientContext& context, const std::string& name);

// Puts the definition into the transaction, under the name the history shows. Unsupported when it
// needs a table feature that Laguna does not write.
void AlterTable(duckdb::ClientContext& context, const AlteredTable& table,
                delta::Metadata definition, delta::Operation operation);

// The same with what the change has to say to the user; nothing when the definition is as it was.
void AlterColumns(duckdb::ClientContext& context, const AlteredTable& table, ColumnChanges changes);

}  // namespace laguna::catalog
