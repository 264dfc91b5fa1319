// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/column_value/identity_counter.h"
#include "catalog/lake_catalog.h"
#include "catalog/sql_name.h"
#include "delta/identity_column.h"
#include "delta/properties.h"

namespace laguna::catalog {

namespace {

// A definition is SQL that people write; far more is not one.
constexpr uint64_t kDefinitionBytesMax = 16 << 20;

base::Error DroppedUnread(const std::string& root) {
  return base::Error(base::ErrorKind::kUnsupported, "catalog.dropped_unread",
                     fmt::format("Table {} was dropped in this transaction without its log being "
                                 "readable; it can be made anew after the commit.",
                                 SqlNameOf(root)))
      .Hint("COMMIT first.")
      .With("table", SqlNameOf(root));
}

base::Error MadeMeanwhile(const std::string& root) {
  const std::string table = SqlNameOf(root);
  return base::Error(base::ErrorKind::kExists, "catalog.exists",
                     "Table " + table + " was made by another transaction meanwhile.")
      .With("table", table);
}

base::Error NoIdentity(const std::string& root, const std::string& column) {
  return base::Error(base::ErrorKind::kConflict, "write.definition_changed",
                     fmt::format("Column \"{}\" of table {} is no identity column any more.",
                                 column, SqlNameOf(root)))
      .Hint("Prepare the statement again.")
      .With("table", SqlNameOf(root))
      .With("column", column);
}

// What the table's rows are now is told by its definition and content alone.
void ForgetRowChanges(PendingTable& table) {
  table.added.clear();
  table.changed.clear();
  table.depended_on.clear();
  table.change_data.clear();
  table.told.clear();
  table.feed.clear();
  table.changes_own_rows = false;
  table.untold_removals.clear();
  table.changed_without_feed = false;
  table.view.reset();
  table.added_in_view = 0;
}

delta::RemoveFile RemovalOf(std::string path,
                            std::optional<delta::DeletionVectorDescriptor> vector) {
  delta::RemoveFile removal;
  removal.path = std::move(path);
  removal.deletion_vector = std::move(vector);
  return removal;
}

// One of the files that the transaction made itself; nobody else can change it.
bool NoteOwnFileChange(PendingTable& table, FileChange& change) {
  const auto own = std::ranges::find(table.added, change.path, &delta::AddFile::path);
  if (own == table.added.end()) return false;
  if (!change.gone.IsEmpty() || !change.entry) table.changes_own_rows = true;
  if (!change.entry) {
    table.added.erase(own);
  } else if (!change.gone.IsEmpty()) {
    *own = std::move(*change.entry);
  }
  return true;
}

void NoteFileChange(PendingTable& table, FileChange change) {
  if (NoteOwnFileChange(table, change)) return;
  if (!change.depended_on.IsEmpty()) {
    auto& rows = table.depended_on[change.path];
    rows = delta::DeletionVector::Union(rows, change.depended_on);
  }
  if (change.gone.IsEmpty() && change.entry) return;
  const auto [changed, is_new] = table.changed.try_emplace(change.path);
  if (is_new) changed->second.vector = std::move(change.vector);
  changed->second.entry = std::move(change.entry);
  changed->second.gone = delta::DeletionVector::Union(changed->second.gone, change.gone);
}

bool HasChangeFeed(const delta::Metadata& metadata) {
  return delta::BooleanProperty(metadata.configuration, "delta.enableChangeDataFeed", false);
}

void NoteUntoldRemoval(PendingTable& table, const delta::FileTable& files,
                       const FileChange& change) {
  const auto number = files.Find(change.path, change.vector ? change.vector->UniqueId() : "");
  LAGUNA_ASSERT(number.has_value());
  table.untold_removals.push_back({table.feed.size() - 1, files.at(*number).ToAddFile()});
}

// What happened before could not be told: neither which rows were updated nor, where files were
// written anew, which of their rows stayed as they are.
void CheckFeedBegins(const std::string& root, const PendingTable& table,
                     const delta::Metadata& before, const delta::Metadata& after) {
  const bool begins = HasChangeFeed(after) && !HasChangeFeed(before);
  const bool has_old_rows = table.read != nullptr && !table.replaces_content;
  if (!begins || !has_old_rows || !table.changed_without_feed) return;
  const std::string name = SqlNameOf(root);
  throw base::Error(base::ErrorKind::kUnsupported, "commit.change_feed",
                    fmt::format("This transaction changed rows of table {} before it switches the "
                                "change data feed on, which would not tell them.",
                                name))
      .Hint("COMMIT first, or set delta.enableChangeDataFeed before the rows are changed.")
      .With("table", name);
}

std::string_view ZoneOf(std::string_view name) {
  return name.substr(0, name.find('/'));
}

}  // namespace

LakeTransaction::LakeTransaction(LakeCatalog& catalog, duckdb::TransactionManager& manager,
                                 duckdb::ClientContext& context)
    : duckdb::Transaction(manager, context), catalog_(catalog) {}

LakeTransaction::~LakeTransaction() {
  Rollback();
}

LakeTransaction& LakeTransaction::Get(duckdb::ClientContext& context, duckdb::Catalog& catalog) {
  return duckdb::Transaction::Get(context, catalog).Cast<LakeTransaction>();
}

PendingTable& LakeTransaction::Pin(const std::string& root) {
  {
    std::lock_guard lock(mutex_);
    const auto found = tables_.find(root);
    if (found != tables_.end()) return found->second;
  }
  // Elements of a map stay where they are, so the reference outlives the lock.
  PendingTable pinned;
  pinned.read = catalog_.Table(root).Latest();
  std::lock_guard lock(mutex_);
  return tables_.try_emplace(root, std::move(pinned)).first->second;
}

TableViewPtr LakeTransaction::ViewOfPinned(const std::string& root, PendingTable& table) const {
  const bool from_before = !table.dropped && !ZoneIsDropped(root);
  if (!table.definition && (!from_before || !table.read)) return nullptr;
  if (table.view && table.added_in_view == table.added.size()) return table.view;
  TableView view;
  if (table.view) {
    view = *table.view;
  } else {
    view.root = root;
    if (table.read && from_before) {
      view.version = table.read->version();
      view.protocol = table.read->protocol();
      view.metadata = table.read->metadata();
      if (!table.replaces_content) view.files = table.read->files();
    }
    if (table.definition) view.metadata = *table.definition;
  }
  view.files = view.files.With({}, std::span(table.added).subspan(table.added_in_view));
  table.added_in_view = table.added.size();
  table.view = std::make_shared<const TableView>(std::move(view));
  return table.view;
}

TableViewPtr LakeTransaction::View(const std::string& root) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  return ViewOfPinned(root, table);
}

LakeTransaction::ScannedView LakeTransaction::ViewForScan(const std::string& root) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  auto read = std::make_shared<ScanRead>();
  table.scans.push_back(read);
  return {ViewOfPinned(root, table), std::move(read)};
}

void LakeTransaction::CreateTable(const std::string& root, delta::Metadata definition,
                                  bool replace) {
  PendingTable& table = replace ? PinForReplace(root) : Pin(root);
  std::unique_lock lock(mutex_);
  if (table.dropped && !table.read) throw DroppedUnread(root);
  // Somebody else may have made it since its name was looked up.
  if (!replace && ViewOfPinned(root, table)) throw MadeMeanwhile(root);
  NoteChange(root);
  table.definition = std::move(definition);
  // A table that is dropped and made again in one transaction is replaced: one commit, and the
  // files already written into its folder stay where they are.
  table.dropped = false;
  table.replaces_content = table.read != nullptr;
  ForgetRowChanges(table);
  table.identities.clear();
  table.operation = {};
  lock.unlock();
  PutLinkOf(root);
}

TableViewPtr LakeTransaction::Replaced(const std::string& root) {
  PendingTable& table = PinForReplace(root);
  const std::lock_guard lock(mutex_);
  if (table.dropped && !table.read) throw DroppedUnread(root);
  return ViewOfPinned(root, table);
}

void LakeTransaction::Redefine(const std::string& root, delta::Metadata definition) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  if (const TableViewPtr view = ViewOfPinned(root, table)) {
    CheckFeedBegins(root, table, view->metadata, definition);
  }
  NoteChange(root);
  table.definition = std::move(definition);
  if (!table.view) return;
  TableView view = *table.view;
  view.metadata = *table.definition;
  table.view = std::make_shared<const TableView>(std::move(view));
}

// A replaced table goes on with its log, so that has to be read.
PendingTable& LakeTransaction::PinForReplace(const std::string& root) {
  try {
    return Pin(root);
  } catch (const base::Error& error) {
    const std::string name = SqlNameOf(root);
    throw base::Error(error.kind(), error.code(),
                      fmt::format("Table {} cannot be replaced, because its log cannot be read: {}",
                                  name, error.sentence()))
        .Hint(fmt::format("DROP TABLE {} moves it aside; then it can be made anew.", name))
        .With("table", name);
  }
}

// Dropping needs the log only for what the transaction may still do with the table's name, so one
// that cannot be read is no obstacle.
PendingTable& LakeTransaction::PinForDrop(const std::string& root) {
  try {
    return Pin(root);
  } catch (const base::Error&) {
    std::lock_guard lock(mutex_);
    PendingTable& table = tables_.try_emplace(root).first->second;
    table.dropped = true;
    return table;
  }
}

void LakeTransaction::DropTable(const std::string& root) {
  PendingTable& table = PinForDrop(root);
  std::lock_guard lock(mutex_);
  NoteChange(root);
  PendingTable dropped;
  dropped.dropped = table.dropped || table.read != nullptr;
  dropped.read = std::move(table.read);
  table = std::move(dropped);
}

void LakeTransaction::ReplaceContent(const std::string& root) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  NoteChange(root);
  // A table made here has no older files but its own additions.
  table.replaces_content = table.read != nullptr;
  ForgetRowChanges(table);
  table.operation.ForgetRows();
}

void LakeTransaction::Append(const std::string& root, delta::AddFile file) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  NoteChange(root);
  if (!table.told.contains(file.path)) {
    table.feed.push_back(FeedStep{FeedFile{file.path, file.partition_values}});
  }
  table.added.push_back(std::move(file));
}

void LakeTransaction::ChangeFiles(const std::string& root, std::vector<FileChange> changes) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  NoteChange(root);
  TableView view = *ViewOfPinned(root, table);
  table.feed.emplace_back();
  std::vector<delta::RemoveFile> gone;
  std::vector<delta::AddFile> entries;
  for (FileChange& change : changes) {
    if (change.gone.IsEmpty() && change.entry) continue;
    if (change.gone.IsEmpty()) NoteUntoldRemoval(table, view.files, change);
    table.changed_without_feed |= !change.gone.IsEmpty() && !HasChangeFeed(view.metadata);
    gone.push_back(RemovalOf(change.path, change.vector));
    if (change.entry) entries.push_back(*change.entry);
  }
  view.files = view.files.With(gone, entries);
  for (FileChange& change : changes) NoteFileChange(table, std::move(change));
  table.added_in_view = table.added.size();
  table.view = std::make_shared<const TableView>(std::move(view));
}

void LakeTransaction::AppendChangeData(const std::string& root, delta::AddCdcFile file) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  LAGUNA_ASSERT(!table.feed.empty());
  table.feed.back().push_back({file.path, file.partition_values});
  table.change_data.push_back(std::move(file));
}

void LakeTransaction::NoteTold(const std::string& root, std::string path) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  table.told.insert(std::move(path));
}

void LakeTransaction::NoteDataFile(const std::string& key) {
  std::lock_guard lock(mutex_);
  data_files_.insert(key);
}

std::vector<std::string> LakeTransaction::TakeDataFiles() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> taken(data_files_.begin(), data_files_.end());
  data_files_.clear();
  return taken;
}

void LakeTransaction::AddOperation(const std::string& root, delta::Operation operation) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  table.operation.Add(std::move(operation));
}

std::shared_ptr<IdentityCounter> LakeTransaction::Identity(const std::string& root,
                                                           const std::string& column) {
  PendingTable& table = Pin(root);
  const std::lock_guard lock(mutex_);
  const auto known = table.identities.find(column);
  if (known != table.identities.end()) return known->second;
  const TableViewPtr view = ViewOfPinned(root, table);
  const delta::StructField* field = view ? view->metadata.schema.Find(column) : nullptr;
  const auto identity = field == nullptr ? std::nullopt : delta::IdentityOf(*field);
  if (!identity) throw NoIdentity(root, column);
  auto counter = std::make_shared<IdentityCounter>(*identity, field->name, SqlNameOf(root));
  return table.identities.emplace(column, std::move(counter)).first->second;
}

void LakeTransaction::SetTransactionVersion(const std::string& root, std::string app_id,
                                            int64_t version) {
  PendingTable& table = Pin(root);
  std::lock_guard lock(mutex_);
  NoteChange(root);
  // A commit says one version of an application.
  std::erase_if(table.transaction_versions,
                [&](const delta::SetTransaction& other) { return other.app_id == app_id; });
  table.transaction_versions.push_back({std::move(app_id), version, std::nullopt});
}

void LakeTransaction::Say(std::string sentence) {
  const std::lock_guard lock(mutex_);
  notices_.push_back(std::move(sentence));
}

void LakeTransaction::CommitLast(const std::string& root) {
  std::lock_guard lock(mutex_);
  last_change_ = root;
}

delta::SnapshotPtr LakeTransaction::ReadSnapshot(const std::string& root) {
  return Pin(root).read;
}

void LakeTransaction::PutDefinition(const std::string& key, std::string text, bool replace) {
  std::lock_guard lock(mutex_);
  NoteChange(key);
  const auto found = definitions_.find(key);
  const bool was_dropped = found != definitions_.end() && !found->second.text;
  definitions_[key] = {std::move(text), replace || was_dropped};
}

void LakeTransaction::DropDefinition(const std::string& key) {
  std::lock_guard lock(mutex_);
  NoteChange(key);
  definitions_[key] = {};
}

void LakeTransaction::DropZone(const std::string& zone) {
  std::lock_guard lock(mutex_);
  const auto in_zone = [&](const auto& entry) { return ZoneOf(entry.first) == zone; };
  std::erase_if(tables_, in_zone);
  std::erase_if(definitions_, in_zone);
  std::erase_if(links_, in_zone);
  std::erase_if(changes_, [&](const std::string& name) { return ZoneOf(name) == zone; });
  dropped_zones_.insert(zone);
  NoteChange(zone);
}

void LakeTransaction::MoveFolder(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  NoteChange(from);
  moves_[from] = to;
}

std::optional<std::string> LakeTransaction::ReadDefinition(const std::string& key) {
  {
    std::lock_guard lock(mutex_);
    const auto found = definitions_.find(key);
    if (found != definitions_.end()) return found->second.text;
    if (ZoneIsDropped(key)) return std::nullopt;
  }
  io::ObjectStore& store = catalog_.environment().store;
  if (!store.Head(key)) return std::nullopt;
  return io::ReadAll(store, key, kDefinitionBytesMax);
}

std::vector<std::string> LakeTransaction::CreatedTables() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> roots;
  for (const auto& [root, table] : tables_) {
    if (table.definition) roots.push_back(root);
  }
  return roots;
}

std::vector<std::string> LakeTransaction::CreatedDefinitions() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, definition] : definitions_) {
    if (definition.text) keys.push_back(key);
  }
  return keys;
}

bool LakeTransaction::IsDropped(const std::string& name) const {
  std::lock_guard lock(mutex_);
  if (name.find('/') == std::string::npos) {
    return dropped_zones_.contains(name) && !definitions_.contains(name + "/_schema");
  }
  const auto table = tables_.find(name);
  if (table != tables_.end() && table->second.definition) return false;
  const auto definition = definitions_.find(name);
  if (definition != definitions_.end()) return !definition->second.text;
  return ZoneIsDropped(name) || (table != tables_.end() && table->second.dropped);
}

bool LakeTransaction::ZoneIsDropped(std::string_view name) const {
  return !dropped_zones_.empty() && dropped_zones_.contains(std::string(ZoneOf(name)));
}

void LakeTransaction::NoteChange(const std::string& name) {
  if (std::find(changes_.begin(), changes_.end(), name) == changes_.end()) {
    changes_.push_back(name);
  }
}

void LakeTransaction::Rollback() noexcept {
  changes_.clear();
  tables_.clear();
  definitions_.clear();
  links_.clear();
  dropped_zones_.clear();
  moves_.clear();
  DeleteDataFiles();
}

}  // namespace laguna::catalog
