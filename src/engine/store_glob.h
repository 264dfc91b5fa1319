// SPDX-License-Identifier: Apache-2.0
// Objects of a store whose keys match a pattern: * ? [..] within a segment, ** for any number of
// segments. Folders that no segment of the pattern can match are not listed.
#pragma once

#include <string>
#include <vector>

#include "io/object_store.h"

namespace laguna::engine {

// In key order.
std::vector<io::ObjectInfo> GlobStore(io::ObjectStore& store, const std::string& pattern);

// Whether the pattern would find an object of this key.
bool MatchesGlob(const std::string& key, const std::string& pattern);

}  // namespace laguna::engine
