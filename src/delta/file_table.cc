// SPDX-License-Identifier: Apache-2.0
// How the table is stored
//
// Every file gets a number when it comes in, larger than all before it, and keeps it for life. The
// files stand in the order of their numbers in chunks of at most kChunkMax; a chunk never changes,
// and tables derived from one another share the chunks they have in common. All chunks but the last
// stand in a directory, which is shared as a whole, so that an append copies the last chunk and
// nothing else; once in kChunkMax appends a full chunk moves into a new directory. A removal copies
// the directory and the chunks that lose a file. A chunk that loses its last file goes; when
// removals have left the chunks mostly empty, all of them are packed anew, which a share of the
// removals that made it necessary pays for.
//
// Files are found by path and vector id through FileIndex, which maps the hash of the two to
// numbers; a number leads to its chunk by binary search.
//
// An edit gathers changes to files of the base by number, and new files in a list with a hash table
// over it that holds nothing but places in the list.
#include "delta/file_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/assert.h"
#include "delta/data_path.h"
#include "delta/file_index.h"

namespace laguna::delta {
namespace {

constexpr size_t kChunkMax = 256;

using FilePtr = std::shared_ptr<const AddFile>;

struct Entry {
  uint64_t number = 0;
  FilePtr file;
};

using Chunk = std::vector<Entry>;
using ChunkPtr = std::shared_ptr<const Chunk>;

struct Directory {
  std::vector<ChunkPtr> chunks;
  // chunks[i] holds the live indexes from starts[i] on.
  std::vector<size_t> starts;
  size_t size = 0;
};

std::string VectorId(const std::optional<DeletionVectorDescriptor>& vector) {
  return vector ? vector->UniqueId() : std::string();
}

uint64_t HashOf(std::string_view path, std::string_view vector_id) {
  uint64_t hash = std::hash<std::string_view>()(CanonicalPath(path));
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
  return vector_id.empty() ? hash : hash ^ (std::hash<std::string_view>()(vector_id) * kOdd);
}

bool Is(const AddFile& file, std::string_view path, std::string_view vector_id) {
  return CanonicalPath(file.path) == CanonicalPath(path) &&
         (file.deletion_vector ? file.deletion_vector->UniqueId() == vector_id : vector_id.empty());
}

bool NumberBefore(const Entry& entry, uint64_t number) {
  return entry.number < number;
}

const Entry* FindIn(const Chunk& chunk, uint64_t number) {
  auto entry = std::lower_bound(chunk.begin(), chunk.end(), number, NumberBefore);
  return entry != chunk.end() && entry->number == number ? &*entry : nullptr;
}

// Chunks are never empty here.
std::shared_ptr<const Directory> MakeDirectory(std::vector<ChunkPtr> chunks) {
  auto directory = std::make_shared<Directory>();
  directory->starts.reserve(chunks.size());
  for (const ChunkPtr& chunk : chunks) {
    directory->starts.push_back(directory->size);
    directory->size += chunk->size();
  }
  directory->chunks = std::move(chunks);
  return directory;
}

struct Place {
  const Entry* entry = nullptr;
  size_t index = 0;
};

}  // namespace

struct FileTable::Storage {
  std::shared_ptr<const Directory> directory = std::make_shared<const Directory>();
  ChunkPtr last = std::make_shared<const Chunk>();
  FileIndex index;
  // Without sign, so that hostile sizes cannot overflow.
  uint64_t total_bytes = 0;
  uint64_t next_number = 0;

  [[nodiscard]] std::optional<Place> FindNumber(uint64_t number) const;
  [[nodiscard]] std::optional<Place> Find(uint64_t hash, std::string_view path,
                                          std::string_view vector_id) const;
};

std::optional<Place> FileTable::Storage::FindNumber(uint64_t number) const {
  const Chunk* chunk = last.get();
  size_t start = directory->size;
  if (chunk->empty() || number < chunk->front().number) {
    // The last chunk of the directory that begins at or before the number.
    const std::vector<ChunkPtr>& chunks = directory->chunks;
    auto after = std::upper_bound(
        chunks.begin(), chunks.end(), number,
        [](uint64_t wanted, const ChunkPtr& held) { return wanted < held->front().number; });
    if (after == chunks.begin()) return std::nullopt;
    auto slot = static_cast<size_t>(after - chunks.begin() - 1);
    chunk = chunks[slot].get();
    start = directory->starts[slot];
  }
  const Entry* entry = FindIn(*chunk, number);
  if (entry == nullptr) return std::nullopt;
  return Place{entry, start + static_cast<size_t>(entry - chunk->data())};
}

std::optional<Place> FileTable::Storage::Find(uint64_t hash, std::string_view path,
                                              std::string_view vector_id) const {
  for (const FileIndexEntry& indexed : index.Find(hash)) {
    std::optional<Place> place = FindNumber(indexed.number);
    if (place && Is(*place->entry->file, path, vector_id)) return place;
  }
  return std::nullopt;
}

namespace {

// --- Edits ---

// A file that is new since the base. A removed one stays in the list, dead, because the hash table
// knows its place.
struct NewFile {
  uint64_t hash = 0;
  FilePtr file;
  bool live = true;
};

// Places in a list of new files, found by hash: open addressing, at most half full.
class PlaceTable {
 public:
  static constexpr size_t kNone = SIZE_MAX;

  template <typename Matches>
  [[nodiscard]] size_t Find(uint64_t hash, Matches matches) const {
    if (slots_.empty()) return kNone;
    for (size_t slot = hash & Mask();; slot = (slot + 1) & Mask()) {
      if (slots_[slot] == 0) return kNone;
      if (matches(slots_[slot] - 1)) return slots_[slot] - 1;
    }
  }
  void Insert(uint64_t hash, size_t place, const std::vector<NewFile>& files) {
    if (2 * (used_ + 1) > slots_.size()) Grow(files);
    slots_[FreeSlot(hash)] = place + 1;
    ++used_;
  }

 private:
  [[nodiscard]] size_t Mask() const { return slots_.size() - 1; }
  [[nodiscard]] size_t FreeSlot(uint64_t hash) const {
    size_t slot = hash & Mask();
    while (slots_[slot] != 0) slot = (slot + 1) & Mask();
    return slot;
  }
  void Grow(const std::vector<NewFile>& files) {
    std::vector<size_t> old(std::max<size_t>(16, slots_.size() * 2), 0);
    old.swap(slots_);
    for (size_t held : old) {
      if (held != 0) slots_[FreeSlot(files[held - 1].hash)] = held;
    }
  }

  // Place + 1; 0 where free.
  std::vector<size_t> slots_;
  size_t used_ = 0;
};

// Number -> its new file, null when it goes.
using ChangedFiles = std::map<uint64_t, FilePtr>;

bool TouchesChunk(const ChangedFiles& changed, const Chunk& chunk) {
  auto first = changed.lower_bound(chunk.front().number);
  return first != changed.end() && first->first <= chunk.back().number;
}

ChunkPtr EditedChunk(const ChunkPtr& chunk, const ChangedFiles& changed) {
  if (chunk->empty() || !TouchesChunk(changed, *chunk)) return chunk;
  auto copy = std::make_shared<Chunk>();
  copy->reserve(chunk->size());
  for (const Entry& entry : *chunk) {
    auto change = changed.find(entry.number);
    if (change == changed.end()) {
      copy->push_back(entry);
    } else if (change->second != nullptr) {
      copy->push_back({entry.number, change->second});
    }
  }
  return copy;
}

std::vector<ChunkPtr> EditedChunks(const std::vector<ChunkPtr>& chunks,
                                   const ChangedFiles& changed) {
  std::vector<ChunkPtr> edited;
  edited.reserve(chunks.size());
  for (const ChunkPtr& chunk : chunks) {
    ChunkPtr next = EditedChunk(chunk, changed);
    if (!next->empty()) edited.push_back(std::move(next));
  }
  return edited;
}

// True when less than a quarter of the chunks' room is used.
bool IsSparse(const Directory& directory) {
  return directory.chunks.size() > 4 && directory.size * 4 < directory.chunks.size() * kChunkMax;
}

std::vector<Entry> Unpacked(const std::vector<ChunkPtr>& chunks, const Chunk& last) {
  std::vector<Entry> entries;
  for (const ChunkPtr& chunk : chunks) entries.insert(entries.end(), chunk->begin(), chunk->end());
  entries.insert(entries.end(), last.begin(), last.end());
  return entries;
}

}  // namespace

struct FileTableEdit::State {
  FileTable base;
  ChangedFiles changed;
  std::vector<NewFile> added;
  PlaceTable places;
  std::vector<FileIndexEntry> unindexed;
  uint64_t total_bytes = 0;

  [[nodiscard]] size_t FindAdded(uint64_t hash, std::string_view path,
                                 std::string_view vector_id) const {
    return places.Find(hash, [&](size_t place) {
      const NewFile& known = added[place];
      return known.live && known.hash == hash && Is(*known.file, path, vector_id);
    });
  }
  void Count(const FilePtr& file) { total_bytes += static_cast<uint64_t>(file->size_bytes); }
  void Discount(const FilePtr& file) { total_bytes -= static_cast<uint64_t>(file->size_bytes); }
  bool ReplaceInBase(uint64_t hash, const FilePtr& file, std::string_view vector_id);
  void RemoveFromBase(uint64_t hash, std::string_view path, std::string_view vector_id);
  void ApplyChanges(FileTable::Storage& next) const;
  void AppendAdded(FileTable::Storage& next);
};

// False when the base does not have the file, or no longer.
bool FileTableEdit::State::ReplaceInBase(uint64_t hash, const FilePtr& file,
                                         std::string_view vector_id) {
  std::optional<Place> place = base.storage_->Find(hash, file->path, vector_id);
  if (!place) return false;
  auto [change, first] = changed.emplace(place->entry->number, file);
  if (!first && change->second == nullptr) return false;
  Discount(first ? place->entry->file : change->second);
  change->second = file;
  return true;
}

void FileTableEdit::State::RemoveFromBase(uint64_t hash, std::string_view path,
                                          std::string_view vector_id) {
  std::optional<Place> place = base.storage_->Find(hash, path, vector_id);
  if (!place) return;
  auto [change, first] = changed.emplace(place->entry->number, nullptr);
  if (!first && change->second == nullptr) return;
  Discount(first ? place->entry->file : change->second);
  change->second = nullptr;
  unindexed.push_back({hash, place->entry->number});
}

void FileTableEdit::State::ApplyChanges(FileTable::Storage& next) const {
  if (changed.empty()) return;
  next.last = EditedChunk(next.last, changed);
  if (next.directory->chunks.empty() ||
      changed.begin()->first > next.directory->chunks.back()->back().number) {
    return;
  }
  next.directory = MakeDirectory(EditedChunks(next.directory->chunks, changed));
}

void FileTableEdit::State::AppendAdded(FileTable::Storage& next) {
  std::vector<ChunkPtr> full;
  auto last = std::make_shared<Chunk>();
  std::vector<FileIndexEntry> indexed;
  auto append = [&](Entry entry) {
    if (last->size() == kChunkMax) full.push_back(std::exchange(last, std::make_shared<Chunk>()));
    last->push_back(std::move(entry));
  };
  bool pack = IsSparse(*next.directory);
  std::vector<Entry> kept =
      Unpacked(pack ? next.directory->chunks : std::vector<ChunkPtr>{}, *next.last);
  for (Entry& entry : kept) append(std::move(entry));
  for (NewFile& file : added) {
    if (!file.live) continue;
    indexed.push_back({file.hash, next.next_number});
    append({next.next_number++, std::move(file.file)});
  }
  next.last = std::move(last);
  next.index = next.index.With(std::move(unindexed), std::move(indexed));
  if (full.empty() && !pack) return;
  std::vector<ChunkPtr> chunks = pack ? std::vector<ChunkPtr>{} : next.directory->chunks;
  chunks.insert(chunks.end(), full.begin(), full.end());
  next.directory = MakeDirectory(std::move(chunks));
}

FileTableEdit::FileTableEdit(FileTable base) : state_(std::make_unique<State>()) {
  state_->base = std::move(base);
}
FileTableEdit::FileTableEdit(FileTableEdit&&) noexcept = default;
FileTableEdit& FileTableEdit::operator=(FileTableEdit&&) noexcept = default;
FileTableEdit::~FileTableEdit() = default;

void FileTableEdit::Remove(std::string_view path, std::string_view deletion_vector_id) {
  uint64_t hash = HashOf(path, deletion_vector_id);
  size_t place = state_->FindAdded(hash, path, deletion_vector_id);
  if (place == PlaceTable::kNone) {
    return state_->RemoveFromBase(hash, path, deletion_vector_id);
  }
  state_->added[place].live = false;
  state_->Discount(state_->added[place].file);
}

void FileTableEdit::Add(AddFile file) {
  std::string vector_id = VectorId(file.deletion_vector);
  uint64_t hash = HashOf(file.path, vector_id);
  auto held = std::make_shared<const AddFile>(std::move(file));
  state_->Count(held);
  size_t place = state_->FindAdded(hash, held->path, vector_id);
  if (place != PlaceTable::kNone) {
    state_->Discount(state_->added[place].file);
    state_->added[place].file = std::move(held);
    return;
  }
  if (state_->ReplaceInBase(hash, held, vector_id)) return;
  state_->added.push_back({hash, std::move(held), true});
  state_->places.Insert(hash, state_->added.size() - 1, state_->added);
}

FileTable FileTableEdit::Finish() {
  auto next = std::make_shared<FileTable::Storage>(*state_->base.storage_);
  next->total_bytes += state_->total_bytes;
  state_->ApplyChanges(*next);
  state_->AppendAdded(*next);
  return FileTable(std::move(next));
}

FileTable::FileTable() : storage_(std::make_shared<const Storage>()) {}
FileTable::FileTable(std::shared_ptr<const Storage> storage) : storage_(std::move(storage)) {}

size_t FileTable::size() const {
  return storage_->directory->size + storage_->last->size();
}
int64_t FileTable::total_bytes() const {
  return static_cast<int64_t>(storage_->total_bytes);
}

const AddFile& FileTable::at(size_t index) const {
  const Directory& directory = *storage_->directory;
  LAGUNA_ASSERT(index < size());
  if (index >= directory.size) return *storage_->last->at(index - directory.size).file;
  auto after = std::upper_bound(directory.starts.begin(), directory.starts.end(), index);
  auto chunk = static_cast<size_t>(after - directory.starts.begin() - 1);
  return *directory.chunks[chunk]->at(index - directory.starts[chunk]).file;
}

std::optional<size_t> FileTable::Find(std::string_view path,
                                      std::string_view deletion_vector_id) const {
  std::optional<Place> place =
      storage_->Find(HashOf(path, deletion_vector_id), path, deletion_vector_id);
  if (!place) return std::nullopt;
  return place->index;
}

FileTable FileTable::With(std::span<const RemoveFile> removed,
                          std::span<const AddFile> added) const {
  FileTableEdit edit(*this);
  for (const RemoveFile& file : removed) edit.Remove(file.path, VectorId(file.deletion_vector));
  for (const AddFile& file : added) edit.Add(file);
  return edit.Finish();
}

}  // namespace laguna::delta
