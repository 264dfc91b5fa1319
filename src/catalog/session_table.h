// SPDX-License-Identifier: Apache-2.0
// A lake table as a session's transaction sees it, and what only a writer of streams may do to it;
// for code that speaks no DuckDB.
//
// Reading works in and out of a transaction; changing needs an open one (BEGIN), and happens at its
// commit. Tables are named "bronze.sales", in any case, and without SQL's quotes: one in a name is
// a letter of it. Used on the session's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "delta/action.h"
#include "engine/result.h"
#include "engine/session.h"

namespace laguna::catalog {

// The property of tables that a stream feeds: the stream's id.
inline constexpr const char* kStreamProperty = "laguna.streamId";

struct TableState {
  // As the catalog has it: "bronze.Sales".
  std::string name;
  // -1 for a table this transaction makes.
  int64_t version = 0;
  // The table's identity (metaData.id): another one after DROP and CREATE.
  std::string id;
  std::vector<engine::ResultColumn> columns;
  std::vector<std::string> partition_by;
  std::string comment;
  std::map<std::string, std::string> properties;
  delta::Protocol protocol;
  // Last version by application id (protocol section "Transaction Identifiers").
  std::map<std::string, int64_t> transaction_versions;
};

// Nothing when there is no such table (or it is a view). Errors of reading its log.
std::optional<TableState> ReadTableState(engine::Session& session, const std::string& table);

struct NewTable {
  // "bronze.sales".
  std::string name;
  std::vector<engine::ResultColumn> columns;
  std::vector<std::string> partition_by = {};
  std::string comment = {};
  // Laguna's own ("laguna.streamId") too.
  std::map<std::string, std::string> properties = {};
  // A table that is there gets this definition and loses its rows; its history stays.
  bool replace = false;
};

// As CREATE [OR REPLACE] TABLE does it, with its errors.
void CreateTable(engine::Session& session, const NewTable& table);

// The table's commit carries txn(app_id, version); it is Lost when another writer did so meanwhile.
void SetTransactionVersion(engine::Session& session, const std::string& table,
                           const std::string& app_id, int64_t version);
// The table's commit comes after those of all other tables of the transaction.
void CommitTableLast(engine::Session& session, const std::string& table);
// The error of a COMMIT without what it says of the tables that were committed before the one that
// failed; for a writer that finds those again.
base::Error WithoutEarlierCommits(const base::Error& error);
// Nullable columns behind the others; old rows read NULL there. InvalidInput for a name that is
// there already, Unsupported for a type that cannot be stored.
void AddColumns(engine::Session& session, const std::string& table,
                const std::vector<engine::ResultColumn>& columns);

// What `laguna_added_rows('bronze.sales', from_version, to_version)` reads, as a FROM clause can
// say it: the rows that versions (from, to] added to the table, with the columns of version `to`;
// from -1: all rows of version `to`. The function throws InvalidInput "stream.source_rewritten"
// when one of the versions took rows away or changed them.
inline constexpr const char* kAddedRowsFunction = "laguna_added_rows";

}  // namespace laguna::catalog
