// SPDX-License-Identifier: Apache-2.0
// Puts the rows of a query into a table, checked before anything is committed.
//
// Without checks the rows stream straight into the table; with checks they wait in a temporary
// table (which spills), are counted, and are shared out: good rows to the table, quarantined ones
// to <table>__quarantine (the query's columns and `_violations VARCHAR[]`, `_batch BIGINT`), both
// made when missing. Runs inside the session's open transaction and leaves it open: the caller
// marks the tables and commits. Used on the session's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/relation.h"
#include "engine/session.h"
#include "ingest/row_counts.h"
#include "ingest/table_definition.h"

namespace laguna::ingest {

struct AuditedWrite {
  const TableDefinition& definition;
  // What the query's relations are replaced by.
  std::vector<engine::RelationReplacement> replacements = {};
  enum class Mode {
    kAppend,   // makes the table when it is missing, adds columns the query has and it has not
    kReplace,  // makes the table, or replaces its content, and its definition where that differs
  };
  Mode mode = Mode::kAppend;
  // Goes to the column _batch of the quarantine.
  int64_t batch = 0;
  // The side tables have this batch already: only the table is written.
  bool side_tables_done = false;
  // More table properties than the definition has, for a table that is made.
  std::map<std::string, std::string> properties = {};
};

// What was read are the query's rows, without checks those written.
struct AuditReport : RowCounts {
  // "bronze.sales__quarantine", when rows went there.
  std::optional<std::string> quarantine_table;
};

// Errors: Violation "expectation.failed" (a kFail check: its name, how many rows, one of them, its
// place), InvalidInput (the query; a column whose type changed, naming both types), and what the
// query throws. The transaction is to be rolled back then.
AuditReport WriteAudited(engine::Session& session, const AuditedWrite& write);

}  // namespace laguna::ingest
