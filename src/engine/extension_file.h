// SPDX-License-Identifier: Apache-2.0
// Extension binaries, loaded when first asked for and never fetched. Only code that speaks DuckDB
// includes this.
#pragma once

#include <string>
#include <string_view>

#include "engine/duckdb.h"

namespace laguna::engine {

// "<folder>/<name>.duckdb_extension". InvalidInput for a name that is none, NotFound when the file
// is not there.
std::string ExtensionFile(const std::string& folder, std::string_view name);

// Loads it into the instance; nothing happens when it is loaded already.
void LoadExtensionFile(duckdb::DatabaseInstance& instance, const std::string& folder,
                       std::string_view name);

}  // namespace laguna::engine
