// SPDX-License-Identifier: Apache-2.0
#include "catalog/zone_listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/lake.h"

namespace laguna::catalog {
namespace {

// "bronze/t/" below "bronze/" -> "t".
std::string LastPart(std::string_view key, std::string_view prefix) {
  if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
  if (key.ends_with('/')) key.remove_suffix(1);
  return std::string(key);
}

void TakeFile(std::string name, ZoneListing& listing) {
  const auto take = [&](std::string_view suffix, std::vector<std::string>& into) {
    if (!name.ends_with(suffix) || name.size() == suffix.size()) return;
    into.push_back(name.substr(0, name.size() - suffix.size()));
  };
  take(kViewSuffix, listing.views);
  take(kLinkSuffix, listing.links);
}

}  // namespace

ZoneListing ListZone(io::ObjectStore& store, std::string_view zone) {
  const auto prefix = zone.empty() ? std::string() : fmt::format("{}/", zone);
  io::ListOptions options{.delimited = true};
  ZoneListing result;
  while (true) {
    const auto page = store.List(prefix, options);
    for (const auto& folder : page.folders) {
      auto name = LastPart(folder, prefix);
      if (!IsHiddenName(name)) result.folders.push_back(std::move(name));
    }
    for (const auto& object : page.objects) {
      auto name = LastPart(object.key, prefix);
      if (!IsHiddenName(name)) TakeFile(std::move(name), result);
    }
    if (!page.next_start_after) return result;
    options.start_after = *page.next_start_after;
  }
}

std::vector<std::string> ListFolders(io::ObjectStore& store) {
  return ListZone(store, "").folders;
}

}  // namespace laguna::catalog
