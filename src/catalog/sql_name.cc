// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql_name.h"

#include <algorithm>

namespace laguna::catalog {

std::string SqlNameOf(std::string_view root) {
  std::string name(root);
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace laguna::catalog
