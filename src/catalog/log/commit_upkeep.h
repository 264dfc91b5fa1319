// SPDX-License-Identifier: Apache-2.0
// What follows a commit to a table of the lake: its log is kept up (delta/log_upkeep.h), by the
// program's LogUpkeeper where there is one, else at once.
#pragma once

#include <string>

#include "catalog/lake_catalog.h"
#include "delta/snapshot.h"

namespace laguna::catalog {

// `committed` may be null. Fails for nothing; without a LogUpkeeper warnings are told to nobody.
void KeepUpBehind(LakeCatalog& catalog, const std::string& root,
                  const delta::SnapshotPtr& committed) noexcept;

}  // namespace laguna::catalog
