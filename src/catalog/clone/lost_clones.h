// SPDX-License-Identifier: Apache-2.0
// Shallow clones that lose their files with a table that is dropped: whoever drops it is told their
// names, and what to do about them. Only clones that are known (known_clones.h) can be named.
// Used on the query's thread.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"

namespace laguna::catalog {

// Has the transaction say it (LakeTransaction::Say) of the tables in `folders` ("bronze/t"), which
// it is about to drop, alone or all of a schema with it. Clones that go along, or went before, are
// left out; so are tables that cannot be read, which may be dropped as well.
void SayWhichClonesLose(LakeCatalog& lake, LakeTransaction& transaction,
                        const std::vector<std::string>& folders, bool with_schema);

}  // namespace laguna::catalog
