// SPDX-License-Identifier: Apache-2.0
// How the table is stored
//
// Every file gets a number when it comes in, larger than all before it, and keeps it for life. The
// files stand in the order of their numbers in chunks of at most kChunkMax; a chunk never changes,
// and tables derived from one another share the chunks they have in common. A new table copies the
// list of chunks (one pointer for every few hundred files), plus the chunks it changes: the last
// one for an append, those that lose a file for a removal. A chunk that loses its last file goes;
// when removals have left the chunks mostly empty, all of them are packed anew, which a share of
// the removals that made it necessary pays for.
//
// Files are found by path and vector id through FileIndex, which maps the hash of the two to
// numbers; a number leads to its chunk by binary search.
#include "delta/file_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/assert.h"
#include "delta/data_path.h"
#include "delta/file_index.h"

namespace laguna::delta {
namespace {

constexpr size_t kChunkMax = 512;

using FilePtr = std::shared_ptr<const AddFile>;

struct Entry {
  uint64_t number = 0;
  FilePtr file;
};

using Chunk = std::vector<Entry>;
using ChunkPtr = std::shared_ptr<const Chunk>;

std::string VectorId(const std::optional<DeletionVectorDescriptor>& vector) {
  return vector ? vector->UniqueId() : std::string();
}

std::string KeyOf(const AddFile& file) {
  return FileKey(file.path, VectorId(file.deletion_vector));
}

uint64_t HashOf(const AddFile& file) {
  return std::hash<std::string>()(KeyOf(file));
}

bool NumberBefore(const Entry& entry, uint64_t number) {
  return entry.number < number;
}

// The changes of one With, gathered before the chunks they touch are copied.
struct Edit {
  // Number -> its new file, null when it goes.
  std::map<uint64_t, FilePtr> changed;
  std::vector<FilePtr> appended;
  // FileKey -> place in `appended`.
  std::unordered_map<std::string, size_t> appended_places;
  std::vector<FileIndexEntry> unindexed;
  // Added and taken without sign, so that hostile sizes cannot overflow.
  uint64_t total_bytes = 0;

  void Count(const FilePtr& file) { total_bytes += static_cast<uint64_t>(file->size_bytes); }
  void Discount(const FilePtr& file) { total_bytes -= static_cast<uint64_t>(file->size_bytes); }
};

}  // namespace

struct FileTable::Storage {
  std::vector<ChunkPtr> chunks;
  // chunks[i] holds the live indexes from starts[i] on.
  std::vector<size_t> starts;
  FileIndex index;
  size_t size = 0;
  uint64_t total_bytes = 0;
  uint64_t next_number = 0;

  [[nodiscard]] size_t ChunkOf(uint64_t number) const;
  [[nodiscard]] const Entry* FindEntry(std::string_view path, std::string_view vector_id) const;
  [[nodiscard]] const Entry* FindEntry(uint64_t number) const;
  void Remove(const RemoveFile& file, Edit& edit) const;
  void Add(FilePtr file, Edit& edit) const;
  [[nodiscard]] std::shared_ptr<Storage> Apply(Edit edit) const;
};

// The chunk that holds `number` if any does: the last one that begins at or before it.
size_t FileTable::Storage::ChunkOf(uint64_t number) const {
  auto after = std::upper_bound(
      chunks.begin(), chunks.end(), number,
      [](uint64_t wanted, const ChunkPtr& chunk) { return wanted < chunk->front().number; });
  return after == chunks.begin() ? chunks.size() : static_cast<size_t>(after - chunks.begin() - 1);
}

const Entry* FileTable::Storage::FindEntry(uint64_t number) const {
  size_t chunk = ChunkOf(number);
  if (chunk == chunks.size()) return nullptr;
  auto entry = std::lower_bound(chunks[chunk]->begin(), chunks[chunk]->end(), number, NumberBefore);
  return entry != chunks[chunk]->end() && entry->number == number ? &*entry : nullptr;
}

const Entry* FileTable::Storage::FindEntry(std::string_view path,
                                           std::string_view vector_id) const {
  std::string key = FileKey(path, vector_id);
  for (uint64_t number : index.Find(std::hash<std::string>()(key))) {
    const Entry* entry = FindEntry(number);
    if (entry != nullptr && KeyOf(*entry->file) == key) return entry;
  }
  return nullptr;
}

namespace {

ChunkPtr EditedChunk(const Chunk& chunk, const Edit& edit) {
  auto copy = std::make_shared<Chunk>();
  copy->reserve(chunk.size());
  for (const Entry& entry : chunk) {
    auto change = edit.changed.find(entry.number);
    if (change == edit.changed.end()) {
      copy->push_back(entry);
    } else if (change->second != nullptr) {
      copy->push_back({entry.number, change->second});
    }
  }
  return copy;
}

bool TouchesChunk(const Edit& edit, const Chunk& chunk) {
  auto first = edit.changed.lower_bound(chunk.front().number);
  return first != edit.changed.end() && first->first <= chunk.back().number;
}

std::vector<ChunkPtr> EditedChunks(const std::vector<ChunkPtr>& chunks, const Edit& edit) {
  if (edit.changed.empty()) return chunks;
  std::vector<ChunkPtr> edited;
  edited.reserve(chunks.size());
  for (const ChunkPtr& chunk : chunks) {
    ChunkPtr next = TouchesChunk(edit, *chunk) ? EditedChunk(*chunk, edit) : chunk;
    if (!next->empty()) edited.push_back(std::move(next));
  }
  return edited;
}

void AppendTo(std::vector<ChunkPtr>& chunks, std::vector<Entry> entries) {
  size_t taken = 0;
  while (taken < entries.size()) {
    auto chunk = std::make_shared<Chunk>();
    if (!chunks.empty() && chunks.back()->size() < kChunkMax) {
      *chunk = *chunks.back();
      chunks.pop_back();
    }
    size_t count = std::min(kChunkMax - chunk->size(), entries.size() - taken);
    auto from = entries.begin() + static_cast<ptrdiff_t>(taken);
    chunk->insert(chunk->end(), from, from + static_cast<ptrdiff_t>(count));
    taken += count;
    chunks.push_back(std::move(chunk));
  }
}

// Packs the chunks when less than a quarter of their room is used.
void PackIfSparse(std::vector<ChunkPtr>& chunks, size_t size) {
  if (chunks.size() <= 4 || size * 4 >= chunks.size() * kChunkMax) return;
  std::vector<Entry> entries;
  entries.reserve(size);
  for (const ChunkPtr& chunk : chunks) entries.insert(entries.end(), chunk->begin(), chunk->end());
  chunks.clear();
  AppendTo(chunks, std::move(entries));
}

std::vector<size_t> StartsOf(const std::vector<ChunkPtr>& chunks) {
  std::vector<size_t> starts;
  starts.reserve(chunks.size());
  size_t start = 0;
  for (const ChunkPtr& chunk : chunks) {
    starts.push_back(start);
    start += chunk->size();
  }
  return starts;
}

}  // namespace

void FileTable::Storage::Remove(const RemoveFile& file, Edit& edit) const {
  const Entry* entry = FindEntry(file.path, VectorId(file.deletion_vector));
  if (entry == nullptr || !edit.changed.emplace(entry->number, nullptr).second) return;
  edit.Discount(entry->file);
  edit.unindexed.push_back({HashOf(*entry->file), entry->number});
}

void FileTable::Storage::Add(FilePtr file, Edit& edit) const {
  edit.Count(file);
  const Entry* live = FindEntry(file->path, VectorId(file->deletion_vector));
  if (live != nullptr) {
    auto [change, first] = edit.changed.emplace(live->number, file);
    if (first) return edit.Discount(live->file);
    if (change->second != nullptr) {
      edit.Discount(change->second);
      change->second = std::move(file);
      return;
    }
  }
  auto [place, is_new] = edit.appended_places.emplace(KeyOf(*file), edit.appended.size());
  if (is_new) return edit.appended.push_back(std::move(file));
  edit.Discount(edit.appended[place->second]);
  edit.appended[place->second] = std::move(file);
}

std::shared_ptr<FileTable::Storage> FileTable::Storage::Apply(Edit edit) const {
  auto next = std::make_shared<Storage>();
  next->next_number = next_number;
  std::vector<Entry> entries;
  std::vector<FileIndexEntry> indexed;
  entries.reserve(edit.appended.size());
  indexed.reserve(edit.appended.size());
  for (FilePtr& file : edit.appended) {
    indexed.push_back({HashOf(*file), next->next_number});
    entries.push_back({next->next_number++, std::move(file)});
  }
  next->total_bytes = total_bytes + edit.total_bytes;
  next->size = size - edit.unindexed.size() + entries.size();
  next->index = index.With(std::move(edit.unindexed), std::move(indexed));
  next->chunks = EditedChunks(chunks, edit);
  AppendTo(next->chunks, std::move(entries));
  PackIfSparse(next->chunks, next->size);
  next->starts = StartsOf(next->chunks);
  return next;
}

FileTable::FileTable() : storage_(std::make_shared<const Storage>()) {}
FileTable::FileTable(std::shared_ptr<const Storage> storage) : storage_(std::move(storage)) {}

size_t FileTable::size() const {
  return storage_->size;
}
int64_t FileTable::total_bytes() const {
  return static_cast<int64_t>(storage_->total_bytes);
}

const AddFile& FileTable::at(size_t index) const {
  LAGUNA_ASSERT(index < storage_->size);
  const std::vector<size_t>& starts = storage_->starts;
  auto after = std::upper_bound(starts.begin(), starts.end(), index);
  auto chunk = static_cast<size_t>(after - starts.begin() - 1);
  return *storage_->chunks[chunk]->at(index - starts[chunk]).file;
}

std::optional<size_t> FileTable::Find(std::string_view path,
                                      std::string_view deletion_vector_id) const {
  const Entry* entry = storage_->FindEntry(path, deletion_vector_id);
  if (entry == nullptr) return std::nullopt;
  size_t chunk = storage_->ChunkOf(entry->number);
  return storage_->starts[chunk] + static_cast<size_t>(entry - storage_->chunks[chunk]->data());
}

FileTable FileTable::With(std::span<const RemoveFile> removed,
                          std::span<const AddFile> added) const {
  return WithOwned(removed, {added.begin(), added.end()});
}

FileTable FileTable::WithOwned(std::span<const RemoveFile> removed,
                               std::vector<AddFile> added) const {
  Edit edit;
  for (const RemoveFile& file : removed) storage_->Remove(file, edit);
  for (AddFile& file : added) {
    storage_->Add(std::make_shared<const AddFile>(std::move(file)), edit);
  }
  return FileTable(storage_->Apply(std::move(edit)));
}

}  // namespace laguna::delta
