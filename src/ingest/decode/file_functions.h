// SPDX-License-Identifier: Apache-2.0
// SQL functions that read a whole file through the engine's file systems (file_function.h names
// them), where packed files are unpacked.
#pragma once

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::ingest {

void RegisterFileFunctions(duckdb::ExtensionLoader& loader);

}  // namespace laguna::ingest
