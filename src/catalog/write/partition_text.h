// SPDX-License-Identifier: Apache-2.0
// How a partition value that DuckDB printed is spelled in the log (protocol section "Partition
// Value Serialization"). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "delta/schema.h"

namespace laguna::catalog {

// True for the types whose values we can write into the log.
bool CanPartitionBy(const delta::DataType& type);

// `text` is DuckDB's cast to VARCHAR; instants come in UTC. InvalidInput for values Delta has no
// spelling for (dates before the year 1), naming `column`.
std::string PartitionText(const delta::DataType& type, std::string_view column, std::string text);

}  // namespace laguna::catalog
