// SPDX-License-Identifier: Apache-2.0
// read_files as a table function of plain SQL: SELECT * FROM read_files('landing/sales/*.csv').
//
// Every database that UpdateStream works in needs this setup: it brings the types that files are
// read by (decode/strict_types.h). The same options and columns as behind STREAM, found anew by
// each query; a line that cannot be read is an error here.
#pragma once

#include "catalog/lake_environment.h"
#include "engine/database.h"

namespace laguna::ingest {

// `environment` outlives the database.
engine::DatabaseSetup ReadFilesFunction(const catalog::LakeEnvironment& environment);

// For help; its options are AllReadFilesOptions().
catalog::FunctionPage ReadFilesPage();

}  // namespace laguna::ingest
