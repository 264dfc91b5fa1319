// SPDX-License-Identifier: Apache-2.0
// The table function behind text_records.h.
#pragma once

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::ingest {

void RegisterTextRecords(duckdb::ExtensionLoader& loader);

}  // namespace laguna::ingest
