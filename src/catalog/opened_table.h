// SPDX-License-Identifier: Apache-2.0
// A Delta table that a statement or function looks at: one of the lake or of an attached folder by
// its name, or any table by its folder.
//
// The one place that opens tables outside of a catalog. Used on the query's thread, in its
// transaction.
#pragma once

#include <memory>
#include <string>

#include "catalog/lake_environment.h"
#include "catalog/table_view.h"
#include "delta/snapshot.h"
#include "delta/table.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

struct OpenedTable {
  // "lake.bronze.sales"; empty for a table opened by its folder.
  std::string name;
  // For messages: the name, or where the folder is.
  std::string title;
  // The catalog's handle, or one that nobody else has. Keeps the store alive.
  std::shared_ptr<delta::Table> log;
  io::ObjectStore* store = nullptr;
  // Set when `store` has no other owner.
  std::shared_ptr<io::ObjectStore> owned_store;
  // As this transaction sees it, with its own changes.
  TableViewPtr view;
  // The committed version below the view; null for a table this transaction makes.
  delta::SnapshotPtr snapshot;
};

// By a name as SQL has it ("bronze.sales", "x" for ATTACH ... AS x). NotFound and InvalidInput
// "catalog.not_a_lake_table" as NamedTable has them (`what_for`: "so it has no history").
OpenedTable OpenNamedTable(duckdb::ClientContext& context, const std::string& name,
                           const std::string& what_for, duckdb::QueryErrorContext place);

// By the folder that holds _delta_log: below the storage root when the path begins with a zone,
// else relative to laguna.yaml. NotFound "delta_scan.no_table", Unsupported for stores that cannot
// be read; errors of reading the log.
OpenedTable OpenTableFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                            const std::string& path);

// The same, without looking whether a table is there: view and snapshot stay empty.
OpenedTable LocateTableFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                              const std::string& path);

// The same with a log and a store of its own, also where the folder is below the storage root.
OpenedTable LocateForeignFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                                const std::string& path);

// NotFound for a folder that holds no Delta table.
[[noreturn]] void ThrowNoTable(const OpenedTable& table);

}  // namespace laguna::catalog
