// SPDX-License-Identifier: Apache-2.0
// A type for reading text without losing any of it.
//
// The engine's CSV reader is generous: "1.5" read as BIGINT is 2, "007" is 7, "2024-05-01 10:30"
// read as DATE loses its time, "10:00+05" read as TIMESTAMP its offset, 8.505 as DECIMAL(9,2) a
// digit, "infinity" under a date format becomes 1900-01-01. A stream whose columns are pinned would
// change values without a word. So all columns but text are read by one type of ours,
//   LAGUNA_VALUE('BIGINT', 'found', '', '.', 'NA')
// whose cast from text takes only what the type named first can hold, and an empty text or one of
// the texts at the end (5th on) for no value; the reader treats any other value as a bad line. The
// second says who chose the type: the user ('given') may want 007 as a number and a DOUBLE rounded;
// where the type was 'found', such a text may be an identifier. The third is a format of days or
// moments, the fourth the decimal separator. In memory a value is STRUCT(value <type>).
#pragma once

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::ingest {

void RegisterStrictTypes(duckdb::ExtensionLoader& loader);

}  // namespace laguna::ingest
