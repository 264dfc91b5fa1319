// SPDX-License-Identifier: Apache-2.0
// What lies directly below the storage root and below a zone: one listing each, no file is opened.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/object_store.h"

namespace laguna::catalog {

inline constexpr std::string_view kViewSuffix = ".view.sql";
inline constexpr std::string_view kLinkSuffix = ".link";

struct ZoneListing {
  // Folders that may be tables; hidden ones left out. All in byte order.
  std::vector<std::string> folders;
  // Names of views and links, without their suffixes.
  std::vector<std::string> views;
  std::vector<std::string> links;
};

ZoneListing ListZone(io::ObjectStore& store, std::string_view zone);

// The folders below the storage root, hidden ones left out.
std::vector<std::string> ListFolders(io::ObjectStore& store);

}  // namespace laguna::catalog
