// SPDX-License-Identifier: Apache-2.0
// Types by name, checked, so that a name may stand in SQL text. Pure.
#pragma once

#include <string>

namespace laguna::ingest {

// The engine's spelling of `type`. InvalidInput when there is no such type.
std::string CanonicalType(const std::string& type);

}  // namespace laguna::ingest
