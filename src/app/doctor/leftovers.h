// SPDX-License-Identifier: Apache-2.0
// What processes that were killed have left on disk: half-written files in the storage, and the
// folders their queries spilled into.
//
// A storage may be shared with other machines, whose processes cannot be seen from here: a
// half-written file counts as left only when nothing has been written to it for a while.
#pragma once

#include <cstdint>

#include "app/doctor/finding.h"
#include "catalog/lake.h"
#include "io/object_store.h"

namespace laguna::app {

// Deletes them if `clean`.
// Tables that were dropped and are still kept.
Finding ExamineDropped(const catalog::Lake& lake, io::ObjectStore& store, int64_t now_ms,
                       bool clean);
Finding ExamineLeftovers(const catalog::Lake& lake, int64_t now_ms, bool clean);

}  // namespace laguna::app
