// SPDX-License-Identifier: Apache-2.0
// Errors of a table's log in the words of SQL: the log knows its folder and milliseconds only.
#pragma once

#include <string>

#include "base/error.h"
#include "delta/table.h"
#include "delta/transaction.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// The error with `table` ("bronze.sales") wherever it names `location`, and a hint that SQL can
// follow.
base::Error NamingTable(const base::Error& error, const std::string& location,
                        const std::string& table);

// The same for an error of reading the table at a version or time. One that is asked for as it was
// before it was made is told since when it is there.
base::Error NamingTable(duckdb::ClientContext& context, delta::Table& table,
                        const base::Error& error, const std::string& name);

// A commit to `table` that cannot stand beside another one's; names that one.
base::Error LostCommit(const std::string& table, const delta::Lost& lost);

}  // namespace laguna::catalog
