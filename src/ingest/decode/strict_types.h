// SPDX-License-Identifier: Apache-2.0
// Types for reading text without losing any of it.
//
// The engine's CSV reader is generous: "1.5" read as BIGINT is 2, "2024-05-01 10:30" read as DATE
// loses its time, "10:00+05" read as TIMESTAMP its offset. A stream whose columns are pinned would
// change values without a word. So whole numbers, days and moments are read by types of ours, whose
// casts from text take only what they can hold; the reader treats any other value as a bad line. In
// memory they are HUGEINT.
#pragma once

#include <string>

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::ingest {

void RegisterStrictTypes(duckdb::ExtensionLoader& loader);

}  // namespace laguna::ingest
