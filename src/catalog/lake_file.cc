// SPDX-License-Identifier: Apache-2.0
// Reads laguna.yaml.
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "base/yaml.h"
#include "catalog/lake.h"
#include "io/file_error.h"

namespace laguna::catalog {
namespace {

constexpr std::string_view kLakeFile = "laguna.yaml";
constexpr int64_t kThreadsMax = 1024;

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file && errno != ENOENT && errno != ENOTDIR)
    throw io::FileError(errno, "read", path.string());
  if (!file) {
    throw base::Error(base::ErrorKind::kNotFound, "lake.no_file",
                      fmt::format("{} cannot be read.", path.string()))
        .Hint("A lake is a folder with a laguna.yaml; `laguna init DIR` makes one.");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

base::Error BadZone(const base::YamlNode& node, std::string sentence) {
  return node.Problem("lake.bad_zone", std::move(sentence));
}

bool IsPlainName(std::string_view name) {
  constexpr std::string_view kForbidden = "/\\\"'`*?[]{}%#:;,=\n\r\t";
  return !IsHiddenName(name) && name != ".." &&
         name.find_first_of(kForbidden) == std::string_view::npos;
}

void CheckZoneName(const base::YamlNode& node, const Lake& lake) {
  const auto& name = node.AsString();
  if (!IsPlainName(name)) {
    throw BadZone(node, fmt::format("\"{}\" cannot be the name of a zone.", name))
        .Hint("A zone is a folder: use letters, digits and underscores; begin with a letter.");
  }
  if (IsReservedZoneName(name)) {
    throw BadZone(node, fmt::format("\"{}\" is a reserved name and cannot be a zone.", name))
        .Hint("Reserved are lake, laguna, main, temp, system, information_schema and pg_catalog.");
  }
  if (const auto* other = lake.FindZone(name)) {
    throw BadZone(node, other->name == name ? fmt::format("Zone {} is listed twice.", name)
                                            : fmt::format("Zones {} and {} differ by case only.",
                                                          other->name, name));
  }
}

void AddZone(const base::YamlNode& name, const base::YamlNode* what, Lake& lake) {
  CheckZoneName(name, lake);
  Zone zone{.name = name.AsString(), .files = false};
  if (what != nullptr && !what->IsNull()) {
    const auto& content = what->AsString();
    if (content != "files" && content != "tables") {
      throw BadZone(*what, fmt::format("A zone holds files or tables, not \"{}\".", content))
          .Hint(fmt::format("Write `{}: files`, or only `{}` for tables.", zone.name, zone.name));
    }
    zone.files = content == "files";
  }
  lake.zones.push_back(std::move(zone));
}

// A list whose items are a name or a map of one name, or one map of all.
void ReadZones(const base::YamlNode& node, Lake& lake) {
  lake.zones.clear();
  const auto add_entries = [&](const base::YamlNode& map) {
    for (const auto& entry : map.Entries()) AddZone(entry.key, &entry.value, lake);
  };
  if (node.kind() == base::YamlNode::Kind::kMap) {
    add_entries(node);
  } else {
    for (const auto& item : node.Elements()) {
      if (item.kind() == base::YamlNode::Kind::kMap) {
        add_entries(item);
      } else {
        AddZone(item, nullptr, lake);
      }
    }
  }
  for (const auto& zone : lake.zones) {
    if (!zone.files) return;
  }
  throw BadZone(node, "No zone is left for tables.")
      .Hint("List at least one zone without `: files`.");
}

void ReadStorage(const base::YamlNode& node, Lake& lake) {
  base::YamlMap storage(node, "storage");
  const auto* root = storage.Find("root");
  storage.RefuseUnknown();
  if (root == nullptr) return;
  const auto& text = root->AsString();
  if (text.empty()) throw root->Problem("lake.bad_storage", "The storage root is empty.");
  if (text.find("://") != std::string::npos) {
    throw base::Error(base::ErrorKind::kUnsupported, "lake.unsupported_storage",
                      fmt::format("Storage root {} is not supported yet.", text))
        .Hint("Use a local folder.")
        .At(root->place());
  }
  lake.storage_root = (lake.folder / text).lexically_normal();
  if (!lake.storage_root.has_filename()) lake.storage_root = lake.storage_root.parent_path();
}

std::vector<Zone> DefaultZones() {
  return {{.name = "landing", .files = true},
          {.name = "bronze"},
          {.name = "silver"},
          {.name = "gold"},
          {.name = "platinum"}};
}

// The zones this machine knows; empty where it has no zone database (the engine, which has its own,
// then checks alone).
std::vector<std::string> KnownTimeZones() {
  std::vector<std::string> names{"UTC"};
  std::error_code error;
  const std::filesystem::path folder = "/usr/share/zoneinfo";
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->is_regular_file(error)) names.push_back(entry->path().lexically_relative(folder));
  }
  return names.size() > 1 ? names : std::vector<std::string>{};
}

void CheckTimeZone(const base::YamlNode& zone, const std::string& name) {
  if (name == "UTC") return;
  const std::vector<std::string> known = KnownTimeZones();
  const auto is_it = [&](const std::string& other) {
    return strcasecmp(other.c_str(), name.c_str()) == 0;
  };
  if (known.empty() || std::any_of(known.begin(), known.end(), is_it)) return;
  const auto nearest = base::NearestName(name, known);
  throw zone.Problem("lake.bad_timezone", fmt::format("There is no time zone '{}'.", name))
      .Hint(nearest ? fmt::format("Did you mean '{}'?", *nearest)
                    : std::string("Write an IANA name, such as America/Bogota or UTC."));
}

void ReadKeys(base::YamlMap& keys, Lake& lake) {
  lake.name = keys.Require("name").AsString();
  if (const auto* storage = keys.Find("storage")) ReadStorage(*storage, lake);
  if (const auto* zones = keys.Find("zones")) ReadZones(*zones, lake);
  if (const auto* zone = keys.Find("timezone")) {
    lake.time_zone = zone->AsString();
    if (lake.time_zone.empty()) {
      throw zone->Problem("lake.bad_timezone", "The time zone is empty.")
          .Hint("Write an IANA name, such as America/Bogota or UTC.");
    }
    CheckTimeZone(*zone, lake.time_zone);
  }
  if (const auto* limit = keys.Find("memory_limit")) lake.memory_limit_bytes = limit->AsBytes();
  if (const auto* threads = keys.Find("threads")) {
    lake.threads = static_cast<int>(threads->AsInteger(1, kThreadsMax));
  }
  if (const auto* kept = keys.Find("dropped_retention")) {
    lake.dropped_retention = kept->AsDuration();
  }
  keys.RefuseUnknown();
}

}  // namespace

Lake LoadLake(const std::filesystem::path& folder) {
  Lake lake;
  lake.folder = std::filesystem::absolute(folder).lexically_normal();
  if (!lake.folder.has_filename()) lake.folder = lake.folder.parent_path();
  lake.storage_root = lake.folder / "lake";
  lake.zones = DefaultZones();
  const auto path = lake.folder / kLakeFile;
  const auto node = base::ParseYaml(ReadText(path), path.string());
  base::YamlMap keys(node, std::string(kLakeFile));
  ReadKeys(keys, lake);
  return lake;
}

std::optional<std::filesystem::path> FindLakeFolder(const std::filesystem::path& start) {
  auto folder = std::filesystem::absolute(start).lexically_normal();
  while (true) {
    std::error_code error;
    if (std::filesystem::is_regular_file(folder / kLakeFile, error)) return folder;
    const auto parent = folder.parent_path();
    if (parent == folder) return std::nullopt;
    folder = parent;
  }
}

}  // namespace laguna::catalog
