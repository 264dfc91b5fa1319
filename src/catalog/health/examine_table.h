// SPDX-License-Identifier: Apache-2.0
// Gathers the facts by which a table's health is judged (table_facts.h): out of what the
// transaction sees of it, a listing of its log and one of its folder. No data file is opened.
#pragma once

#include "base/clock.h"
#include "catalog/health/table_facts.h"
#include "catalog/opened_table.h"

namespace duckdb {
class ClientContext;
}  // namespace duckdb

namespace laguna::catalog {

// Errors of reading the log and of listing the folder.
TableFacts ExamineTable(duckdb::ClientContext& context, const OpenedTable& table,
                        const base::Clock& clock);

}  // namespace laguna::catalog
