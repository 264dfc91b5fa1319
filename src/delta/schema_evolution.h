// SPDX-License-Identifier: Apache-2.0
// How a table's schema grows by the columns of rows that are written WITH SCHEMA EVOLUTION.
//
// Columns and fields of structs match by name without regard to case; new ones come last, in the
// order of the rows, and are nullable. A type becomes a wider one only where the table has type
// widening on (protocol section "Type Widening"); everywhere else it stays and values are cast.
// Pure; thread-safe.
#pragma once

#include "delta/action.h"

namespace laguna::delta {

// True when `metadata` was changed. Give new fields their mapping afterwards (MapColumns).
bool EvolveSchema(Metadata& metadata, const Schema& rows);

}  // namespace laguna::delta
