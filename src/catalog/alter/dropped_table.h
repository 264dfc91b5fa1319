// SPDX-License-Identifier: Apache-2.0
// Tables and views that DROP moved aside, to _laguna/dropped: they are kept for the lake's
// dropped_retention, and then cleaned up when somebody asks for it. Functions over a store; who
// calls them sees to it that two clean-ups at once are no harm (they are none: what is gone is
// gone).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/object_store.h"

namespace laguna::catalog {

// A table that was dropped and is kept.
struct DroppedTable {
  std::string zone;
  std::string name;
  // "20260131T235959.123Z".
  std::string dropped_at;
  // Where it is: a folder of the store.
  std::string folder;
};

// The newest first; `zone` empty: of all zones. Folders that are named otherwise are left out.
std::vector<DroppedTable> DroppedTables(io::ObjectStore& store, const std::string& zone);

// What was dropped before a moment.
struct ExpiredDrops {
  // Tables, schemas as they went, views.
  size_t count = 0;
  uint64_t bytes = 0;
  std::vector<std::string> keys;
};
ExpiredDrops FindExpiredDrops(io::ObjectStore& store, int64_t before_ms);
// Nobody brings these back. The log of a table goes last, so that a clean-up that is cut off goes
// on the next time.
void DeleteDrops(io::ObjectStore& store, const ExpiredDrops& drops);

}  // namespace laguna::catalog
