// SPDX-License-Identifier: Apache-2.0
// Files that are work in progress or a program's own. Pure.
#pragma once

#include <string_view>

namespace laguna::ingest {

// Whether some segment of the path is hidden ("_x", ".x").
bool HasHiddenName(std::string_view path);

}  // namespace laguna::ingest
