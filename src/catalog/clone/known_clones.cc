// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/known_clones.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/percent_encoding.h"
#include "catalog/link/table_link.h"
#include "catalog/zone_listing.h"
#include "delta/retained_files.h"
#include "delta/vacuum_rule.h"

namespace laguna::catalog {
namespace {

constexpr uint64_t kNoteBytesMax = 64 << 10;
constexpr const char* kTable = "table";

constexpr std::string_view kNotes = "_laguna/clones/";

// Below it lie the notes of the table's clones. A linked table has the folder that its link leads
// to, which stays when the link gets another name.
std::string FolderOf(const std::string& root) {
  const auto link = ParseLinkedKey(root);
  if (!link) return fmt::format("{}{}/", kNotes, root);
  std::string folder = fmt::format("{}@/", kNotes);
  for (size_t begin = 0; begin < link->location.size();) {
    const size_t end = std::min(link->location.find('/', begin), link->location.size());
    if (end > begin) folder += link->location.substr(begin, end - begin) + "/";
    begin = end + 1;
  }
  return folder;
}

std::string ReadRoot(io::ObjectStore& store, const std::string& key) {
  const std::string location = store.Locate(key);
  const base::Json note =
      base::ParseJson(io::ReadAll(store, key, kNoteBytesMax), location, base::ErrorKind::kCorrupt);
  return base::JsonView(note, location, base::ErrorKind::kCorrupt).Require(kTable).AsString();
}

struct LinkedTable {
  std::string root;
  // What lies below its folder.
  delta::NamedFiles files;
};

// Nothing for a link that leads nowhere: it has no files.
std::optional<LinkedTable> Followed(io::ObjectStore& store, const std::string& folder) try {
  const std::string key = LinkKeyOf(folder);
  const std::string text = io::ReadAll(store, key, kNoteBytesMax);
  std::string root = LinkedRoot(folder, LocationIn(text, store.Locate(key)));
  delta::NamedFiles files(store.Locate(root));
  return LinkedTable{std::move(root), std::move(files)};
} catch (const base::Error&) {
  return std::nullopt;
}

std::vector<LinkedTable> LinkedTables(io::ObjectStore& store) {
  std::vector<LinkedTable> tables;
  for (const std::string& zone : ListFolders(store)) {
    for (const std::string& link : ListZone(store, zone).links) {
      auto table = Followed(store, fmt::format("{}/{}", zone, link));
      if (table) tables.push_back(std::move(*table));
    }
  }
  return tables;
}

bool IsAbsolute(std::string_view path) {
  return path.starts_with('/') || path.find(":/") != std::string_view::npos;
}

// The tables of the lake whose files are named by absolute paths.
class Sources {
 public:
  explicit Sources(io::ObjectStore& store) : store_(store), storage_(store.Locate("")) {}

  void Note(const std::string& path) {
    if (!IsAbsolute(path)) return;
    if (!linked_) linked_ = LinkedTables(store_);
    for (const LinkedTable& table : *linked_) {
      const auto below = table.files.Below(path);
      if (!below || *below == path) continue;
      roots_.insert(table.root);
      return;
    }
    roots_.insert(RootInPath(path, storage_));
  }
  [[nodiscard]] const std::set<std::string>& roots() const { return roots_; }

 private:
  io::ObjectStore& store_;
  std::string storage_;
  // Looked for when there is a path to ask for.
  std::optional<std::vector<LinkedTable>> linked_;
  std::set<std::string> roots_;
};

void PutNotes(LakeCatalog& lake, const std::set<std::string>& sources, const std::string& root,
              const std::string& id) {
  const base::Json note = {{kTable, root}};
  for (const std::string& source : sources) {
    if (source.empty() || source == root) continue;
    lake.environment().store.Put(FolderOf(source) + base::PercentEncode(id) + ".json",
                                 base::DumpJson(note));
  }
}

}  // namespace

std::string RootInPath(const std::string& path, const std::string& storage) {
  const delta::NamedFiles lake(storage);
  const auto below = lake.Below(path);
  if (!below || *below == path) return {};
  const size_t zone = below->find('/');
  const size_t table = zone == std::string::npos ? zone : below->find('/', zone + 1);
  return table == std::string::npos ? std::string() : below->substr(0, table);
}

void NoteClone(LakeCatalog& lake, const std::string& root, const std::string& id,
               const delta::FileTable& files) {
  Sources sources(lake.environment().store);
  for (size_t i = 0; i < files.size(); ++i) sources.Note(std::string(files.at(i).path()));
  PutNotes(lake, sources.roots(), root, id);
}

void NoteClone(LakeCatalog& lake, const std::string& root, const std::string& id,
               const std::vector<delta::AddFile>& files) {
  Sources sources(lake.environment().store);
  for (const delta::AddFile& file : files) sources.Note(file.path);
  PutNotes(lake, sources.roots(), root, id);
}

bool HasClones(io::ObjectStore& store) {
  const io::ListPage page = store.List(std::string(kNotes), {.delimited = true, .page_max = 1});
  return !page.folders.empty();
}

std::vector<std::string> ClonesOf(io::ObjectStore& store, const std::string& root) {
  std::vector<std::string> roots;
  for (const io::ObjectInfo& note : io::ListAll(store, FolderOf(root))) {
    roots.push_back(ReadRoot(store, note.key));
  }
  return roots;
}

bool ReadsFilesOf(LakeCatalog& lake, const std::string& clone, const std::string& root) {
  const delta::SnapshotPtr snapshot = lake.Table(clone).Latest();
  if (!snapshot) return false;
  const delta::NamedFiles files(lake.environment().store.Locate(root));
  for (size_t i = 0; i < snapshot->files().size(); ++i) {
    const std::string_view path = snapshot->files().at(i).path();
    const auto below = files.Below(path);
    if (below && *below != path) return true;
  }
  return false;
}

void NoteFilesOfClones(LakeCatalog& lake, const std::string& root, delta::NamedFiles& named) {
  const int64_t now_ms = lake.environment().clock.NowMs();
  for (const std::string& at : ClonesOf(lake.environment().store, root)) {
    delta::Table& clone = lake.Table(at);
    const delta::SnapshotPtr snapshot = clone.Latest();
    if (!snapshot) continue;
    const int64_t kept_ms = delta::DeletedFileRetention(snapshot->metadata().configuration);
    delta::NoteRetained(clone, *snapshot, now_ms - kept_ms, named);
  }
}

}  // namespace laguna::catalog
