// SPDX-License-Identifier: Apache-2.0
#include "ingest/hidden_path.h"

#include <algorithm>

#include "catalog/lake.h"

namespace laguna::ingest {

bool HasHiddenName(std::string_view path) {
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (catalog::IsHiddenName(path.substr(0, slash))) return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

}  // namespace laguna::ingest
