// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "base/utf8.h"
#include "engine/store_glob.h"
#include "ingest/hidden_path.h"
#include "io/store/local.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

bool HasPattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// An absolute path cut in two: "/data/shop", "sales/*.csv".
struct Split {
  std::string folder;
  std::string rest;
};

Split SplitBefore(const std::string& path, size_t slash) {
  return {.folder = path.substr(0, std::max<size_t>(slash, 1)), .rest = path.substr(slash + 1)};
}

// At the last slash before the first segment with a wildcard.
Split SplitPattern(const std::string& path) {
  return SplitBefore(path, path.rfind('/', path.find_first_of("*?[")));
}

Split SplitFile(const std::string& path) {
  return SplitBefore(path, path.rfind('/'));
}

// The bytes that are no text as "\xE1".
std::string Shown(std::string_view name) {
  std::string shown;
  for (const char byte : name) {
    const auto value = static_cast<unsigned char>(byte);
    shown += value < 0x80 ? std::string(1, byte) : fmt::format("\\x{:02X}", value);
  }
  return shown;
}

Error NoText(std::string_view name) {
  return Error(ErrorKind::kInvalidInput, "copy.file_name",
               fmt::format("The name of the file '{}' is not UTF-8.", Shown(name)))
      .Hint("Rename it. Nothing was copied.");
}

// A store and a prefix of its keys that stand for one absolute folder.
class Place {
 public:
  Place(const catalog::LakeEnvironment& environment, const std::string& folder) {
    const std::string root = environment.lake.storage_root.string();
    if (folder == root || folder.starts_with(root + "/")) {
      source_.store = &environment.store;
      prefix_ = folder == root ? "" : folder.substr(root.size() + 1) + "/";
    } else {
      source_.owned = std::make_unique<io::LocalObjectStore>(folder);
      source_.store = source_.owned.get();
    }
    source_.folder = folder;
  }

  std::optional<io::ObjectInfo> Head(const std::string& rest) {
    return source_.store->Head(prefix_ + rest);
  }
  std::vector<io::ObjectInfo> List() { return io::ListAll(*source_.store, prefix_); }
  std::vector<io::ObjectInfo> Glob(const std::string& pattern) {
    return engine::GlobStore(*source_.store, prefix_ + pattern);
  }
  // The names directly in the folder, for suggestions.
  std::vector<std::string> Names() {
    io::ListOptions options;
    options.delimited = true;
    std::vector<std::string> names;
    const io::ListPage page = source_.store->List(prefix_, options);
    for (const io::ObjectInfo& object : page.objects) {
      names.push_back(object.key.substr(prefix_.size()));
    }
    for (const std::string& below : page.folders) names.push_back(below.substr(prefix_.size()));
    return names;
  }

  SourceFiles Take(std::vector<io::ObjectInfo> objects) && {
    for (io::ObjectInfo& object : objects) {
      std::string relative = object.key.substr(prefix_.size());
      if (!base::IsUtf8(relative)) throw NoText(relative);
      if (HasHiddenName(relative)) {
        source_.hidden.push_back(std::move(relative));
      } else {
        source_.files.push_back({.info = std::move(object), .relative = std::move(relative)});
      }
    }
    return std::move(source_);
  }

  SourceFiles TakeOne(io::ObjectInfo object) && {
    source_.single = true;
    std::string relative = object.key.substr(prefix_.size());
    source_.files.push_back({.info = std::move(object), .relative = std::move(relative)});
    return std::move(source_);
  }

 private:
  SourceFiles source_;
  std::string prefix_;
};

Error NoSource(const catalog::LakeEnvironment& environment, const std::string& from,
               const std::string& path) {
  const Split split = SplitFile(path);
  std::error_code ignored;
  std::vector<std::string> names;
  if (fs::is_directory(split.folder, ignored)) names = Place(environment, split.folder).Names();
  std::string hint = base::SuggestName(split.rest, names);
  if (hint.empty() || hint.starts_with("Known")) {
    hint =
        "A path whose first part is a zone lies below the storage root, any other relative one "
        "starts at laguna.yaml; a table is named block:table.";
  }
  return Error(ErrorKind::kNotFound, "copy.source",
               fmt::format("There is no file and no folder '{}'; it was looked for at '{}'.", from,
                           path))
      .Hint(hint);
}

// "sales" of "sales.csv.gz".
std::string StemOf(std::string_view file_name) {
  return std::string(file_name.substr(0, file_name.find('.', 1)));
}

std::string FolderOf(const std::string& relative) {
  return relative.substr(0, relative.rfind('/') + 1);  // npos + 1 is 0
}

// A link to a folder that is listed as well, or to one above it, shows the same files again: of
// equal folders the one with the shortest path counts.
void LeaveOutRepeated(SourceFiles& source) {
  std::map<std::string, std::string> whole;     // relative folder -> where it is
  std::map<std::string, std::string> shortest;  // where it is -> relative folder
  for (const SourceFile& file : source.files) {
    const std::string folder = FolderOf(file.relative);
    if (whole.contains(folder)) continue;
    std::error_code failure;
    const fs::path path = fs::canonical(fs::path(source.folder) / folder, failure);
    const std::string place = failure ? folder : path.string();
    whole.emplace(folder, place);
    const auto known = shortest.emplace(place, folder).first;
    if (folder.size() < known->second.size()) known->second = folder;
  }
  std::vector<SourceFile> kept;
  for (SourceFile& file : source.files) {
    const std::string folder = FolderOf(file.relative);
    if (shortest.at(whole.at(folder)) == folder) {
      kept.push_back(std::move(file));
    } else {
      source.repeated.push_back(std::move(file.relative));
    }
  }
  source.files = std::move(kept);
}

SourceFiles FindPattern(const catalog::LakeEnvironment& environment, const std::string& path) {
  const Split split = SplitPattern(path);
  Place place(environment, split.folder);
  auto objects = place.Glob(split.rest);
  SourceFiles source = std::move(place).Take(std::move(objects));
  source.stem = SplitFile(split.folder).rest;
  source.pattern = path;
  LeaveOutRepeated(source);
  return source;
}

std::optional<SourceFiles> FindFile(const catalog::LakeEnvironment& environment,
                                    const std::string& path) {
  const Split split = SplitFile(path);
  if (split.rest.empty()) return std::nullopt;
  Place place(environment, split.folder);
  auto object = place.Head(split.rest);
  if (!object) return std::nullopt;
  SourceFiles source = std::move(place).TakeOne(std::move(*object));
  source.stem = StemOf(split.rest);
  return source;
}

SourceFiles FindFolder(const catalog::LakeEnvironment& environment, const std::string& from,
                       const std::string& path) {
  Place place(environment, path);
  auto objects = place.List();
  std::error_code ignored;
  if (objects.empty() && !fs::is_directory(path, ignored)) {
    throw NoSource(environment, from, path);
  }
  SourceFiles source = std::move(place).Take(std::move(objects));
  source.stem = SplitFile(path).rest;
  LeaveOutRepeated(source);
  return source;
}

// The path in the copy's identity.
std::string NameOfPath(const catalog::Lake& lake, const std::string& from,
                       const std::string& path) {
  const std::string root = lake.storage_root.string() + "/";
  if (path.starts_with(root)) return path.substr(root.size());
  const std::string below = lake.folder.string() + "/";
  if (path.starts_with(below)) {
    const std::string rest = path.substr(below.size());
    const bool is_zone = lake.FindZone(rest.substr(0, rest.find('/'))) != nullptr;
    return is_zone ? path : rest;  // what begins with a zone's name means that of the storage
  }
  return from.starts_with('/') ? path : WithoutSlash(fs::path(from).lexically_normal().string());
}

SourceFiles FindFiles(const CopyEnvironment& environment, const std::string& from) {
  const catalog::LakeEnvironment& lake = environment.lake;
  const std::string path =
      WithoutSlash(fs::path(lake.lake.ResolvePath(from)).lexically_normal().string());
  std::optional<SourceFiles> source;
  if (!from.ends_with('/')) source = FindFile(lake, path);
  const bool pattern = !source && HasPattern(path);
  if (!source) source = pattern ? FindPattern(lake, path) : FindFolder(lake, from, path);
  source->name = NameOfPath(lake.lake, from, path);
  if (!source->single && !pattern) source->name += "/";
  return std::move(*source);
}

// "shop:sales" in two; nothing for what is a path.
std::optional<std::pair<std::string, std::string>> BlockAndTable(std::string_view from) {
  const size_t colon = from.find(':');
  const bool is_path = colon == std::string_view::npos || colon == 0 ||
                       from.substr(0, colon).find('/') != std::string_view::npos;
  if (is_path) return std::nullopt;
  return std::pair(std::string(from.substr(0, colon)), std::string(from.substr(colon + 1)));
}

// Where a table without a schema lies: "shop:sales" and "shop:public.sales" are one source.
std::string DefaultSchema(const connect::Block& block) {
  return block.type().name == "sqlite" ? "main" : "public";
}

SourceTable FindTable(const CopyEnvironment& environment, const std::string& block_name,
                      const std::string& table) {
  const connect::Block& block = environment.blocks.Get(block_name);
  if (block.type().name != "sqlite" && block.type().name != "postgres") {
    throw Error(ErrorKind::kInvalidInput, "block.wrong_type",
                fmt::format("Block '{}' is of type '{}', which has no tables to copy.", block_name,
                            block.type().name))
        .Hint("Tables are copied from blocks of the types postgres and sqlite.");
  }
  std::vector<std::string> parts = TableNameParts(table);
  SourceTable source{.block = &block, .schema = {}, .table = {}, .name = {}};
  source.table = std::move(parts.back());
  source.schema = DefaultSchema(block);
  if (parts.size() == 2) source.schema = std::move(parts.front());
  const bool usual = source.schema == DefaultSchema(block);
  source.name = fmt::format("{}:{}{}{}", block_name, usual ? "" : source.schema, usual ? "" : ".",
                            source.table);
  return source;
}

Error NoTable(std::string_view name) {
  return Error(ErrorKind::kInvalidInput, "copy.table",
               fmt::format("'{}' is no name of a table.", name))
      .Hint("Write block:table or block:schema.table; a name with a dot stands in double quotes.");
}

// A quoted or plain name at the front of `text`, which it is cut off from.
std::string TakePart(std::string_view& text, std::string_view whole) {
  if (!text.starts_with('"')) {
    const size_t end = std::min(text.find('.'), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(end);
    return part;
  }
  std::string part;
  for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
    if (text.front() != '"') {
      part += text.front();
    } else if (text.starts_with("\"\"")) {
      part += '"';
      text.remove_prefix(1);
    } else {
      text.remove_prefix(1);
      return part;
    }
  }
  throw NoTable(whole);
}

}  // namespace

std::vector<std::string> TableNameParts(std::string_view name) {
  std::vector<std::string> parts;
  std::string_view rest = name;
  while (true) {
    parts.push_back(TakePart(rest, name));
    if (parts.back().empty() || parts.size() > 2) throw NoTable(name);
    if (rest.empty()) return parts;
    if (rest.front() != '.') throw NoTable(name);
    rest.remove_prefix(1);
  }
}

CopySource FindSource(const CopyEnvironment& environment, const std::string& from) {
  if (from.empty()) {
    throw Error(ErrorKind::kInvalidInput, "copy.source", "The source of the copy is empty.");
  }
  if (from.find("://") != std::string::npos) {
    throw Error(ErrorKind::kUnsupported, "copy.url",
                fmt::format("Copying from '{}' is not supported; sources are local files and "
                            "tables of blocks.",
                            from))
        .Hint("Fetch it with a task of type shell, and copy what it wrote.");
  }
  const auto table = BlockAndTable(from);
  if (!table) return FindFiles(environment, from);
  const bool is_block = environment.blocks.all().contains(table->first);
  const std::string path = environment.lake.lake.ResolvePath(from);
  std::error_code ignored;
  if (!is_block && fs::exists(path, ignored)) return FindFiles(environment, from);
  return FindTable(environment, table->first, table->second);
}

namespace {

std::vector<std::string> FileZones(const catalog::Lake& lake) {
  std::vector<std::string> names;
  for (const catalog::Zone& zone : lake.zones) {
    if (zone.files) names.push_back(zone.name);
  }
  return names;
}

Error NoTarget(const catalog::Lake& lake, const std::string& to, std::string_view first) {
  const std::vector<std::string> zones = FileZones(lake);
  const catalog::Zone* zone = lake.FindZone(first);
  std::string sentence = fmt::format("'{}' lies in no file zone of the lake.", to);
  if (zone != nullptr) {
    sentence = fmt::format("'{}' lies in zone '{}', which holds tables; copies go to file zones.",
                           to, zone->name);
  }
  std::string hint = base::SuggestName(first, zones);
  if (zones.empty()) hint = "laguna.yaml names none; add one, such as 'landing: files'.";
  return Error(ErrorKind::kInvalidInput, "copy.target", sentence).Hint(hint);
}

void CheckFolders(const std::string& to, const std::string& rest) {
  try {
    if (!rest.empty()) io::CheckKey(rest);
  } catch (const Error&) {
    throw Error(ErrorKind::kInvalidInput, "copy.target",
                fmt::format("'{}' is no path in a zone.", to))
        .Hint(
            "Write folders and file joined by single slashes, without '.' and '..': "
            "landing/sales/2013/.");
  }
}

}  // namespace

CopyTarget ParseTarget(const catalog::Lake& lake, const std::string& to) {
  std::string path = to;
  const std::string root = lake.storage_root.string() + "/";
  if (path.starts_with(root)) path = path.substr(root.size());
  while (path.starts_with("./")) path = path.substr(2);
  const size_t first_end = std::min(path.find('/'), path.size());
  const std::string first = path.substr(0, first_end);
  const catalog::Zone* zone = lake.FindZone(first);
  if (zone == nullptr || !zone->files) throw NoTarget(lake, to, first);

  std::string rest = path.substr(std::min(first_end + 1, path.size()));
  const bool folder = rest.empty() || rest.ends_with('/');
  rest = WithoutSlash(rest);
  if (rest == "/") rest.clear();
  CheckFolders(to, rest);
  const size_t name_at = rest.rfind('/') + 1;  // npos + 1 is 0
  const bool is_file = !folder && rest.find('.', name_at + 1) != std::string::npos;
  CopyTarget target{.folder = zone->name + "/", .file = {}};
  if (is_file) {
    target.folder += rest.substr(0, name_at);
    target.file = rest.substr(name_at);
  } else if (!rest.empty()) {
    target.folder += rest + "/";
  }
  return target;
}

void CheckApart(const catalog::LakeEnvironment& environment, const SourceFiles& source,
                const CopyTarget& target, const std::vector<std::string>& names) {
  const std::string folder = WithoutSlash(environment.store.Locate(target.folder)) + "/";
  bool inside = source.name.ends_with('/') && folder.starts_with(source.folder + "/");
  if (source.single) {
    const std::string name = target.file.value_or(source.files.front().relative);
    inside = source.store->Locate(source.files.front().info.key) == folder + name;
  }
  for (const std::string& name : names) {
    inside =
        inside || (!source.pattern.empty() && engine::MatchesGlob(folder + name, source.pattern));
  }
  if (!inside) return;
  throw Error(
      ErrorKind::kInvalidInput, "copy.into_itself",
      fmt::format("'{}' would be copied into itself: '{}' lies in it.", source.name, target.name()))
      .Hint("Copy to a folder beside the source.");
}

}  // namespace laguna::ingest
