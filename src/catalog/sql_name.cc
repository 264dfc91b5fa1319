// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/zone_listing.h"

namespace laguna::catalog {

std::string SqlNameOf(std::string_view root) {
  // What stands behind a link says where it leads.
  const size_t link = root.find(fmt::format("{}/@", kLinkSuffix));
  std::string name(root.substr(0, link));
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace laguna::catalog
