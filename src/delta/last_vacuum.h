// SPDX-License-Identifier: Apache-2.0
// _delta_log/_last_vacuum_info, as Spark writes and reads it: up to which commit VACUUM has deleted
// what commits removed. The next VACUUM LITE begins behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/object_store.h"

namespace laguna::delta {

// The last version whose removals are dealt with; nothing where there is no such file, or none that
// can be read.
std::optional<int64_t> ReadLastVacuum(io::ObjectStore& store, const std::string& root,
                                      const io::Call& call = {});
void PutLastVacuum(io::ObjectStore& store, const std::string& root, int64_t version,
                   const io::Call& call = {});

}  // namespace laguna::delta
