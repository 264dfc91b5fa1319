// SPDX-License-Identifier: Apache-2.0
// The footer of a Parquet file as bytes: what the engine's reader knows of a file and keeps to
// itself. Read through the engine's cache of files, where the reader has just put it.
#pragma once

#include <string>

#include "duckdb/common/open_file_info.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Empty for a file that has none that can be read as it is (an encrypted one).
std::string ReadParquetFooter(duckdb::ClientContext& context, const duckdb::OpenFileInfo& file);

}  // namespace laguna::catalog
