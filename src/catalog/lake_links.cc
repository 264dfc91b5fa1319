// SPDX-License-Identifier: Apache-2.0
// The links of a transaction: what names of tables lead elsewhere, and where to
// (link/table_link.h).
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/table_link.h"
#include "catalog/sql_name.h"
#include "catalog/zone_listing.h"

namespace laguna::catalog {

std::optional<std::string> LakeTransaction::LocationOf(const std::string& folder) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = links_.find(folder);
    if (known != links_.end()) return known->second;
    const auto table = tables_.find(folder);
    if (table != tables_.end() && ViewOfPinned(folder, table->second)) return std::nullopt;
  }
  const std::string key = LinkKeyOf(folder);
  const auto text = ReadDefinition(key);
  if (!text) return std::nullopt;
  std::string location = LocationIn(*text, catalog_.environment().store.Locate(key));
  const std::lock_guard lock(mutex_);
  return links_.try_emplace(folder, std::move(location)).first->second;
}

std::string LakeTransaction::RootOf(const std::string& folder) {
  const auto location = LocationOf(folder);
  if (!location) return folder;
  try {
    LinkedFolder(catalog_.environment().lake, *location);
  } catch (const base::Error& error) {
    const std::string name = SqlNameOf(folder);
    throw base::Error(error.kind(), error.code(),
                      fmt::format("{} is a link that leads nowhere: {}", name, error.sentence()))
        .With("table", name);
  }
  return LinkedRoot(folder, *location);
}

bool LakeTransaction::IsLinked(const std::string& folder) {
  return ReadDefinition(LinkKeyOf(folder)).has_value();
}

void LakeTransaction::DropLink(const std::string& folder) {
  {
    const std::lock_guard lock(mutex_);
    const auto is_below = [below = LinkKeyOf(folder) + "/"](const std::string& root) {
      return root.starts_with(below);
    };
    std::erase_if(tables_, [&](const auto& table) { return is_below(table.first); });
    std::erase_if(changes_, is_below);
    links_.erase(folder);
  }
  DropDefinition(LinkKeyOf(folder));
}

void LakeTransaction::SetLink(const std::string& folder, const std::string& location,
                              bool replace) {
  PutDefinition(LinkKeyOf(folder), location + "\n", replace);
  const std::lock_guard lock(mutex_);
  links_[folder] = location;
}

// The link comes after the table, so that nobody follows it too early.
void LakeTransaction::PutLinkOf(const std::string& root) {
  const auto linked = ParseLinkedKey(root);
  if (!linked) return;
  const std::string folder = linked->link.substr(0, linked->link.size() - kLinkSuffix.size());
  if (!IsLinked(folder)) SetLink(folder, linked->location, false);
}

}  // namespace laguna::catalog
