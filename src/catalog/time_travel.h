// SPDX-License-Identifier: Apache-2.0
// Versions and times as users write them, for AT (VERSION | TIMESTAMP => ...), delta_scan and
// table_changes.
//
// Texts are taken for what they say: '2024-05-01', '2024-05-01 12:00', with or without an offset; a
// time without one is in the session's time zone. Casts that would round or give NULL are errors,
// InvalidInput "catalog.bad_version".
#pragma once

#include <cstdint>

#include "delta/snapshot.h"
#include "delta/table.h"
#include "duckdb/planner/tableref/bound_at_clause.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A whole number, also as text.
int64_t VersionOf(duckdb::ClientContext& context, const duckdb::Value& value);
// Milliseconds since 1970 in UTC, towards the past: an instant, a date or a text.
int64_t InstantMillisOf(duckdb::ClientContext& context, const duckdb::Value& value);

// The table as the clause wants it. Errors of reading the log; NotFound for a version that is not
// there.
delta::SnapshotPtr SnapshotAt(duckdb::ClientContext& context, delta::Table& table,
                              const duckdb::BoundAtClause& at);

}  // namespace laguna::catalog
