// SPDX-License-Identifier: Apache-2.0
// Keeps the processes of one machine from refreshing one table at the same time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "catalog/lake_environment.h"
#include "io/file_lock.h"
#include "io/object_store.h"

namespace laguna::ingest {

// The lock of a table ("bronze.sales", in any case): <lake>/.laguna/locks/table-bronze.sales.lock.
// Waits while another process holds it, within the call's limits, and says so once by `on_notice`,
// which may be empty. Errors: Cancelled, Unavailable, and those of files.
io::FileLock LockTable(const catalog::LakeEnvironment& environment, const std::string& table,
                       const io::Call& call,
                       const std::function<void(std::string_view)>& on_notice);

}  // namespace laguna::ingest
