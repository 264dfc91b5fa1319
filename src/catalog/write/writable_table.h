// SPDX-License-Identifier: Apache-2.0
// What stands before every statement that writes rows of a table of the lake, whichever it is.
#pragma once

#include "catalog/lake_table.h"
#include "catalog/table_view.h"
#include "delta/action.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class LakeCatalog;

// The table as the transaction has it. NotFound when it is gone.
TableViewPtr ViewToWrite(duckdb::ClientContext& context, LakeCatalog& catalog,
                         const LakeTable& table);

// Before a byte is written: whether the user may write rows of such a table (materialized views are
// refused), and whether Laguna can (Unsupported for table features it does not write). `definition`
// is what the table has then. Gives the protocol that needs: a table made in this transaction has
// none yet.
delta::Protocol CheckWrite(duckdb::ClientContext& context, LakeCatalog& catalog,
                           const LakeTable& table, const TableView& view,
                           const delta::Metadata& definition);

}  // namespace laguna::catalog
