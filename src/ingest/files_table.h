// SPDX-License-Identifier: Apache-2.0
// What streams have read as the system table laguna.files: one row for each file, with the batch
// that took it and what has become of it since.
#pragma once

#include "catalog/lake_environment.h"
#include "engine/row_source.h"

namespace laguna::ingest {

// The table function behind laguna.files. The environment outlives it.
engine::RowSource FilesTable(const catalog::LakeEnvironment& environment);

}  // namespace laguna::ingest
