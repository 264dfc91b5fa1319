// SPDX-License-Identifier: Apache-2.0
// Full copies of database tables: one file with all rows, written when they differ.
#pragma once

#include "ingest/copy/copy.h"
#include "ingest/copy/copy_log.h"
#include "ingest/copy/copy_source.h"
#include "ingest/copy/row_file.h"

namespace laguna::ingest {

// The rows are read once, into a temporary table, and added up to a fingerprint in which their
// order does not count; the file is written when it is another than last time's.
void CopyTable(const CopyEnvironment& environment, engine::Session& session,
               const CopyRequest& request, const RowsToCopy& rows, const CopyTarget& target,
               CopyLog& log, CopyReport& report);

}  // namespace laguna::ingest
