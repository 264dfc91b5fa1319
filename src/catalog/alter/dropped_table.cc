// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/dropped_table.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/iso_time.h"
#include "delta/table.h"

namespace laguna::catalog {

namespace {

constexpr std::string_view kDropped = "_laguna/dropped/";
// "-20260131T235959.123Z-" and a UUID behind the name; once there were no milliseconds.
constexpr size_t kTimeLengths[] = {20, 16};
constexpr size_t kUuidLength = 36;

struct DroppedName {
  std::string name;
  std::string dropped_at;
};

// "sales-20260131T235959.123Z-<uuid>"; nothing for another spelling.
std::optional<DroppedName> SplitName(std::string_view folder) {
  for (const size_t time_length : kTimeLengths) {
    const size_t suffix_length = 1 + time_length + 1 + kUuidLength;
    if (folder.size() <= suffix_length) continue;
    const std::string_view suffix = folder.substr(folder.size() - suffix_length);
    const std::string_view time = suffix.substr(1, time_length);
    const bool fits = suffix.front() == '-' && suffix[1 + time_length] == '-' && time[8] == 'T' &&
                      time.back() == 'Z';
    if (!fits) continue;
    return DroppedName{std::string(folder.substr(0, folder.size() - suffix_length)),
                       std::string(time)};
  }
  return std::nullopt;
}

// The folders right below `prefix`, without slashes.
std::vector<std::string> FoldersBelow(io::ObjectStore& store, const std::string& prefix) {
  std::vector<std::string> folders;
  io::ListOptions options;
  options.delimited = true;
  while (true) {
    const io::ListPage page = store.List(prefix, options);
    for (const std::string& folder : page.folders) {
      folders.push_back(folder.substr(prefix.size(), folder.size() - prefix.size() - 1));
    }
    if (!page.next_start_after) return folders;
    options.start_after = *page.next_start_after;
  }
}

// What was dropped by itself, and what went with its schema.
void AddBelow(io::ObjectStore& store, const std::string& folder, const std::string& zone,
              std::vector<DroppedTable>& tables) {
  const std::string below = std::string(kDropped) + folder + "/";
  const auto whole_zone = SplitName(folder);
  for (const std::string& each : FoldersBelow(store, below)) {
    const auto name = whole_zone ? DroppedName{each, whole_zone->dropped_at}
                                 : SplitName(each).value_or(DroppedName{});
    if (name.name.empty() || !delta::Table::Exists(store, below + each)) continue;
    tables.push_back({zone, name.name, name.dropped_at, below + each});
  }
}

// As the names of folders say it.
std::string NameOfMoment(int64_t moment_ms) {
  std::string name = base::FormatIsoMs(moment_ms);
  std::erase_if(name, [](char character) { return character == '-' || character == ':'; });
  return name;
}

void Take(const std::vector<io::ObjectInfo>& objects, ExpiredDrops& drops) {
  for (const io::ObjectInfo& object : objects) {
    drops.keys.push_back(object.key);
    drops.bytes += object.size_bytes;
  }
}

// Views and links: files whose names do not say when they went.
void FindFiles(io::ObjectStore& store, const std::string& folder, int64_t before_ms,
               ExpiredDrops& drops) {
  io::ListOptions options;
  options.delimited = true;
  for (const io::ObjectInfo& object : io::ListAll(store, folder, options)) {
    if (object.modified_ms >= before_ms) continue;
    ++drops.count;
    Take({object}, drops);
  }
}

}  // namespace

std::vector<DroppedTable> DroppedTables(io::ObjectStore& store, const std::string& zone) {
  std::vector<DroppedTable> tables;
  for (const std::string& folder : FoldersBelow(store, std::string(kDropped))) {
    const auto whole_zone = SplitName(folder);
    const std::string of_zone = whole_zone ? whole_zone->name : folder;
    if (zone.empty() || zone == of_zone) AddBelow(store, folder, of_zone, tables);
  }
  std::ranges::stable_sort(tables, [](const DroppedTable& a, const DroppedTable& b) {
    return a.dropped_at > b.dropped_at;
  });
  return tables;
}

ExpiredDrops FindExpiredDrops(io::ObjectStore& store, int64_t before_ms) {
  ExpiredDrops drops;
  const std::string moment = NameOfMoment(before_ms);
  const auto take_folder = [&](const std::string& folder, const std::string& dropped_at) {
    if (dropped_at >= moment) return;
    ++drops.count;
    Take(io::ListAll(store, folder + "/"), drops);
  };
  for (const std::string& folder : FoldersBelow(store, std::string(kDropped))) {
    const std::string below = std::string(kDropped) + folder + "/";
    if (const auto zone = SplitName(folder)) {
      take_folder(std::string(kDropped) + folder, zone->dropped_at);
      continue;
    }
    for (const std::string& each : FoldersBelow(store, below)) {
      if (const auto table = SplitName(each)) take_folder(below + each, table->dropped_at);
    }
    FindFiles(store, below, before_ms, drops);
  }
  return drops;
}

void DeleteDrops(io::ObjectStore& store, const ExpiredDrops& drops) {
  std::vector<std::string> keys = drops.keys;
  std::stable_partition(keys.begin(), keys.end(), [](const std::string& key) {
    return key.find("/_delta_log/") == std::string::npos;
  });
  store.DeleteMany(keys);
}

}  // namespace laguna::catalog
