// SPDX-License-Identifier: Apache-2.0
// Writes the deletion vectors of a statement and makes the entries that name them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/lake_transaction.h"
#include "catalog/row_change/touched_files.h"
#include "catalog/write/write_target.h"

namespace laguna::catalog {

// The new entry of each file that gets a vector, by its path. The files written are noted with the
// transaction, and durable when it commits. A few small vectors stand in the log itself.
std::map<std::string, delta::AddFile> WriteVectors(LakeTransaction& transaction,
                                                   const WriteTarget& target,
                                                   const std::vector<TouchedFile>& files);

}  // namespace laguna::catalog
