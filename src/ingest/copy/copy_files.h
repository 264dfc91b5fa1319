// SPDX-License-Identifier: Apache-2.0
// Full copies of files, byte for byte.
#pragma once

#include "ingest/copy/copy.h"
#include "ingest/copy/copy_log.h"
#include "ingest/copy/copy_source.h"

namespace laguna::ingest {

// Adds what it does to `report`, also when it fails half way. A file is skipped when the records
// say that this very source made this very target, else when both have the same bytes.
void CopyFiles(const CopyEnvironment& environment, const CopyRequest& request,
               const SourceFiles& source, const CopyTarget& target, CopyLog& log,
               CopyReport& report);

}  // namespace laguna::ingest
