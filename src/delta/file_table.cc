// SPDX-License-Identifier: Apache-2.0
// How the table is stored
//
// Files stand in chunks (file_chunk.h) of a few thousand, which never change. A table is a
// directory of parts: a chunk, the positions of it that are live (none named: all), and the index
// of the first of them. Tables derived from one another share chunks and lists of positions. A
// removal makes a new list for the chunks that lose a file; an append makes a small chunk at the
// end. Neighbours become one when they fit and the first is at most twice the second, so that sizes
// fall off geometrically towards the end, a file is copied a dozen times in its life at most, and
// few parts are small. A chunk of which more than half is dead is packed anew.
//
// There is no index by path. Every chunk has a hash per file, four bytes; looking at all of them is
// a walk over 1.2 MB for 300,000 files, 0.05 to 0.3 ms, which is less than keeping a persistent map
// would cost a commit and takes no memory. Where a hash is equal the path and the vector id are
// compared, so collisions cost time and never give a wrong answer. Whoever has many questions asks
// them in one walk: they stand in a hash table (HashPlaces), and most files are ruled out by an
// empty slot.
//
// An edit keeps its additions in a FileChunkWriter and, per path and vector id that it touched,
// what became of it last. Every touched file of the base is dead when the edit is finished, because
// what is added again goes to the end. So the base is walked once, however many changes there are.
#include "delta/file_table.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <set>
#include <span>
#include <utility>

#include "base/assert.h"
#include "delta/codec/varint.h"
#include "delta/data_path.h"
#include "delta/file_chunk.h"

namespace laguna::delta {
namespace {

using Place = FileChunkWriter::Place;
// Rising positions in a chunk.
using Positions = std::vector<uint16_t>;

struct Part {
  FileChunkPtr chunk;
  // Null: every position.
  std::shared_ptr<const Positions> live;
  // Index of its first file in the table.
  size_t first = 0;

  [[nodiscard]] size_t size() const { return live == nullptr ? chunk->size() : live->size(); }
  [[nodiscard]] size_t Position(size_t index) const {
    return live == nullptr ? index : (*live)[index];
  }
  // The inverse; nothing when the position is dead.
  [[nodiscard]] std::optional<size_t> IndexOf(size_t position) const {
    if (live == nullptr) return position;
    const auto found = std::ranges::lower_bound(*live, position);
    if (found == live->end() || *found != position) return std::nullopt;
    return static_cast<size_t>(found - live->begin());
  }
};

FileTotals::File FactsOf(const FileView& file) {
  return {file.size_bytes(), file.LiveRows(), file.has_deletion_vector()};
}

std::string VectorId(const DeletionVectorDescriptor* vector) {
  return vector == nullptr ? std::string() : vector->UniqueId();
}
std::string VectorId(const std::optional<DeletionVectorDescriptor>& vector) {
  return VectorId(vector ? &*vector : nullptr);
}

// --- Parts ---

using DictionaryPtr = std::shared_ptr<const FileDictionary>;

Part Packed(std::initializer_list<const Part*> parts, const DictionaryPtr& dictionary) {
  FileChunkWriter writer(dictionary);
  for (const Part* part : parts) {
    for (size_t i = 0; i < part->size(); ++i) writer.AppendCopy(*part->chunk, part->Position(i));
  }
  std::vector<FileChunkPtr> chunks = writer.Finish();
  LAGUNA_ASSERT(chunks.size() == 1);
  return {std::move(chunks.front()), nullptr, 0};
}

bool IsMostlyDead(const Part& part) {
  return part.size() * 2 < part.chunk->size();
}

bool BelongTogether(const Part& left, const Part& right) {
  return left.size() <= 2 * right.size() && left.size() + right.size() <= FileChunk::kFilesMax &&
         left.chunk->record_bytes() + right.chunk->record_bytes() <= FileChunk::kBytesMax;
}

// Puts a part at the end, in one chunk with those before it where they belong together.
void Push(std::vector<Part>& parts, Part part, const DictionaryPtr& dictionary) {
  if (part.size() == 0) return;
  if (IsMostlyDead(part)) part = Packed({&part}, dictionary);
  while (!parts.empty() && BelongTogether(parts.back(), part)) {
    part = Packed({&parts.back(), &part}, dictionary);
    parts.pop_back();
  }
  parts.push_back(std::move(part));
}

// `part` without the positions `dead`, which rise and are live in it.
Part Without(const Part& part, const Positions& dead) {
  if (dead.empty()) return part;
  auto live = std::make_shared<Positions>();
  live->reserve(part.size() - dead.size());
  auto next_dead = dead.begin();
  for (size_t i = 0; i < part.size(); ++i) {
    const auto position = static_cast<uint16_t>(part.Position(i));
    if (next_dead != dead.end() && *next_dead == position) {
      ++next_dead;
    } else {
      live->push_back(position);
    }
  }
  return {part.chunk, std::move(live), 0};
}

// --- Hash tables ---

// Numbers filed under hashes: open addressing, at most half full. Several numbers may have the same
// hash, and a number may stand under it for other reasons than the caller's: it compares.
class HashPlaces {
 public:
  // Whether anything may be filed under `hash`; cheap, and mostly right while there is little.
  [[nodiscard]] bool MayHave(uint32_t hash) const { return slots_[hash & Mask()].next != 0; }
  // The first number under `hash` that `matches` takes.
  template <class Matches>
  [[nodiscard]] std::optional<size_t> Find(uint32_t hash, Matches matches) const {
    for (size_t slot = hash & Mask(); slots_[slot].next != 0; slot = (slot + 1) & Mask()) {
      const size_t number = slots_[slot].next - 1;
      if (slots_[slot].hash == hash && matches(number)) return number;
    }
    return std::nullopt;
  }
  // False when nothing is filed under any of `hashes`. Of use where there is little: most commits
  // touch a file or two, and this is eight comparisons at a time.
  [[nodiscard]] bool MayHaveAnyOf(std::span<const uint32_t> hashes) const {
    if (used_ > first_.size()) return true;
    for (size_t i = 0; i < used_; ++i) {
      const uint32_t filed = first_[i];
      uint32_t is_there = 0;
      for (const uint32_t hash : hashes) is_there |= static_cast<uint32_t>(hash == filed);
      if (is_there != 0) return true;
    }
    return false;
  }
  // Numbers are smaller than 2^32 - 1.
  void Insert(uint32_t hash, size_t number) {
    if (2 * (used_ + 1) > slots_.size()) Grow();
    slots_[FreeSlot(hash)] = {hash, static_cast<uint32_t>(number + 1)};
    if (used_ < first_.size()) first_[used_] = hash;
    ++used_;
  }

 private:
  struct Slot {
    uint32_t hash = 0;
    // Number + 1; 0 where free.
    uint32_t next = 0;
  };
  // Large enough for MayHave to rule out nearly all when few are looked for.
  static constexpr size_t kSlotsMin = 1024;

  [[nodiscard]] size_t Mask() const { return slots_.size() - 1; }
  [[nodiscard]] size_t FreeSlot(uint32_t hash) const {
    size_t slot = hash & Mask();
    while (slots_[slot].next != 0) slot = (slot + 1) & Mask();
    return slot;
  }
  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& held : old) {
      if (held.next != 0) slots_[FreeSlot(held.hash)] = held;
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kSlotsMin);
  size_t used_ = 0;
  // The hashes of the first numbers.
  std::array<uint32_t, 4> first_ = {};
};

// Calls `visit(position, index in the part, hash)` for every live file of `part` that may be filed
// in `places`.
template <class Visit>
void VisitCandidates(const Part& part, const HashPlaces& places, Visit visit) {
  const std::vector<uint32_t>& hashes = part.chunk->hashes();
  if (!places.MayHaveAnyOf(hashes)) return;
  for (size_t position = 0; position < hashes.size(); ++position) {
    if (!places.MayHave(hashes[position])) continue;
    const std::optional<size_t> index = part.IndexOf(position);
    if (index) visit(position, *index, hashes[position]);
  }
}

}  // namespace

// --- The table ---

struct FileTable::Storage {
  std::vector<Part> parts;
  size_t size = 0;
  FileTotals totals;
  DictionaryPtr dictionary = std::make_shared<const FileDictionary>();

  Storage() = default;
  // Takes the parts of a table as they are.
  Storage(std::vector<Part> parts_in_order, FileTotals totals_of_files, DictionaryPtr words)
      : parts(std::move(parts_in_order)), totals(totals_of_files), dictionary(std::move(words)) {
    parts.shrink_to_fit();
    for (Part& part : parts) {
      part.first = size;
      size += part.size();
    }
  }
};

FileTable::FileTable() : storage_(std::make_shared<const Storage>()) {}
FileTable::FileTable(std::shared_ptr<const Storage> storage) : storage_(std::move(storage)) {}

size_t FileTable::size() const {
  return storage_->size;
}
int64_t FileTable::total_bytes() const {
  return storage_->totals.bytes();
}
std::optional<int64_t> FileTable::total_rows() const {
  return storage_->totals.rows();
}
size_t FileTable::deletion_vector_count() const {
  return storage_->totals.deletion_vectors();
}

FileView FileTable::at(size_t index) const {
  LAGUNA_ASSERT(index < size());
  const std::vector<Part>& parts = storage_->parts;
  const auto after = std::ranges::upper_bound(parts, index, {}, &Part::first);
  const Part& part = *std::prev(after);
  return {*part.chunk, part.Position(index - part.first)};
}

std::optional<size_t> FileTable::Find(std::string_view path,
                                      std::string_view deletion_vector_id) const {
  const FileId id{path, deletion_vector_id};
  return FindAll({&id, 1}).front();
}

std::vector<std::optional<size_t>> FileTable::FindAll(std::span<const FileId> wanted) const {
  HashPlaces places;
  for (size_t i = 0; i < wanted.size(); ++i) {
    places.Insert(FileHash(wanted[i].path, wanted[i].deletion_vector_id), i);
  }
  std::vector<std::optional<size_t>> found(wanted.size());
  for (const Part& part : storage_->parts) {
    VisitCandidates(part, places, [&](size_t position, size_t index, uint32_t hash) {
      const FileView file(*part.chunk, position);
      // Looks at all of them: the same file may be wanted twice.
      static_cast<void>(places.Find(hash, [&](size_t i) {
        const bool same = IsFile(file, wanted[i].path, wanted[i].deletion_vector_id);
        if (same) found[i] = part.first + index;
        return false;
      }));
    });
  }
  return found;
}

FileTable FileTable::With(std::span<const RemoveFile> removed,
                          std::span<const AddFile> added) const {
  FileTableEdit edit(*this);
  for (const RemoveFile& file : removed) edit.Remove(file.path, VectorId(file.deletion_vector));
  for (const AddFile& file : added) edit.Add(file);
  return edit.Finish();
}

size_t FileTable::bytes_in_memory() const {
  size_t bytes = sizeof(Storage) + storage_->parts.capacity() * sizeof(Part);
  std::set<const FileDictionary*> dictionaries{storage_->dictionary.get()};
  for (const Part& part : storage_->parts) {
    bytes += part.chunk->bytes_in_memory();
    if (part.live != nullptr) bytes += sizeof(Positions) + part.live->capacity() * 2;
    dictionaries.insert(&part.chunk->dictionary());
  }
  for (const FileDictionary* dictionary : dictionaries) bytes += dictionary->bytes_in_memory();
  return bytes;
}

// --- Building ---

struct FileTableBuilder::State {
  FileChunkWriter writer{std::make_shared<const FileDictionary>()};
};

FileTableBuilder::FileTableBuilder() : state_(std::make_unique<State>()) {}
FileTableBuilder::FileTableBuilder(FileTableBuilder&&) noexcept = default;
FileTableBuilder& FileTableBuilder::operator=(FileTableBuilder&&) noexcept = default;
FileTableBuilder::~FileTableBuilder() = default;

void FileTableBuilder::Append(const FileRow& row) {
  state_->writer.Append(row, FileHash(row.path, VectorId(row.deletion_vector)));
}

FileTable FileTableBuilder::Finish() {
  std::vector<Part> parts;
  for (FileChunkPtr& chunk : state_->writer.Finish()) {
    parts.push_back({std::move(chunk), nullptr, 0});
  }
  return FileTable(std::make_shared<const FileTable::Storage>(
      std::move(parts), state_->writer.totals(), state_->writer.dictionary()));
}

// --- Edits ---

struct FileTableEdit::State {
  // What became of a file.
  struct Touched {
    // The last record of it: live, or the one that tells its path. Of a file that was never added,
    // `chunk` is kNeverAdded and `position` counts in `removed_ids`.
    Place place;
    bool live = false;
  };
  static constexpr uint32_t kNeverAdded = UINT32_MAX;

  explicit State(FileTable table) : base(std::move(table)), writer(base.storage_->dictionary) {}

  Touched* Find(uint32_t hash, std::string_view path, std::string_view vector_id);
  [[nodiscard]] bool IsTouched(const Touched& file, std::string_view path,
                               std::string_view vector_id) const;
  void Insert(uint32_t hash, const Touched& file);
  void Kill(Touched& file);
  [[nodiscard]] bool IsMostlyDeadWork() const;
  Positions DeadPositions(const Part& part);
  void TakeAdded(std::vector<Part>& parts, FileTotals& totals);

  FileTable base;
  FileChunkWriter writer;
  size_t appended = 0;
  // Records of `writer` that were taken back.
  std::vector<Place> dead;
  std::vector<Touched> touched;
  HashPlaces places;
  // Path and vector id, one file behind the other.
  std::string removed_ids;
  std::vector<size_t> removed_starts;
};

FileTableEdit::State::Touched* FileTableEdit::State::Find(uint32_t hash, std::string_view path,
                                                          std::string_view vector_id) {
  const auto number =
      places.Find(hash, [&](size_t known) { return IsTouched(touched[known], path, vector_id); });
  return number ? &touched[*number] : nullptr;
}

bool FileTableEdit::State::IsTouched(const Touched& file, std::string_view path,
                                     std::string_view vector_id) const {
  if (file.place.chunk != kNeverAdded) return IsFile(writer.At(file.place), path, vector_id);
  VarintReader reader(std::string_view(removed_ids).substr(removed_starts[file.place.position]));
  const std::string_view removed_path = reader.Text();
  return CanonicalPath(removed_path) == CanonicalPath(path) && reader.Text() == vector_id;
}

void FileTableEdit::State::Insert(uint32_t hash, const Touched& file) {
  places.Insert(hash, touched.size());
  touched.push_back(file);
}

void FileTableEdit::State::Kill(Touched& file) {
  if (file.live) dead.push_back(file.place);
  file.live = false;
}

// True when most of what the edit holds is history.
bool FileTableEdit::State::IsMostlyDeadWork() const {
  constexpr size_t kDeadMin = 65'536;
  return dead.size() >= kDeadMin && dead.size() * 2 > appended;
}

// The positions of the base's `part` that have been touched.
Positions FileTableEdit::State::DeadPositions(const Part& part) {
  Positions gone;
  VisitCandidates(part, places, [&](size_t position, size_t, uint32_t hash) {
    const FileView file(*part.chunk, position);
    const auto same = [&](size_t known) {
      return IsTouched(touched[known], file.path(), file.DeletionVectorId());
    };
    if (places.Find(hash, same)) gone.push_back(static_cast<uint16_t>(position));
  });
  return gone;
}

// What was added, as parts behind those of the base; the writer is spent.
void FileTableEdit::State::TakeAdded(std::vector<Part>& parts, FileTotals& totals) {
  std::ranges::sort(dead);
  auto next_dead = dead.begin();
  totals.Add(writer.totals());
  std::vector<FileChunkPtr> chunks = writer.Finish();
  for (size_t i = 0; i < chunks.size(); ++i) {
    Positions gone;
    for (; next_dead != dead.end() && next_dead->chunk == i; ++next_dead) {
      gone.push_back(static_cast<uint16_t>(next_dead->position));
      totals.Subtract(FactsOf(FileView(*chunks[i], next_dead->position)));
    }
    parts.push_back(Without({std::move(chunks[i]), nullptr, 0}, gone));
  }
}

FileTableEdit::FileTableEdit(FileTable base) : state_(std::make_unique<State>(std::move(base))) {}
FileTableEdit::FileTableEdit(FileTableEdit&&) noexcept = default;
FileTableEdit& FileTableEdit::operator=(FileTableEdit&&) noexcept = default;
FileTableEdit::~FileTableEdit() = default;

void FileTableEdit::Remove(std::string_view path, std::string_view deletion_vector_id) {
  const uint32_t hash = FileHash(path, deletion_vector_id);
  if (State::Touched* known = state_->Find(hash, path, deletion_vector_id)) {
    state_->Kill(*known);
    return;
  }
  const auto count = static_cast<uint32_t>(state_->removed_starts.size());
  state_->Insert(hash, {{State::kNeverAdded, count}, false});
  state_->removed_starts.push_back(state_->removed_ids.size());
  AppendText(state_->removed_ids, path);
  AppendText(state_->removed_ids, deletion_vector_id);
}

void FileTableEdit::Add(const FileRow& row) {
  if (state_->IsMostlyDeadWork()) state_ = std::make_unique<State>(Finish());
  const std::string vector_id = VectorId(row.deletion_vector);
  const uint32_t hash = FileHash(row.path, vector_id);
  State::Touched* known = state_->Find(hash, row.path, vector_id);
  if (known != nullptr) state_->Kill(*known);
  const Place place = state_->writer.Append(row, hash);
  ++state_->appended;
  if (known == nullptr) {
    state_->Insert(hash, {place, true});
  } else {
    *known = {place, true};
  }
}

void FileTableEdit::Add(const AddFile& file) {
  FileRow row;
  row.path = file.path;
  row.size_bytes = file.size_bytes;
  row.modification_time_ms = file.modification_time_ms;
  row.data_change = file.data_change;
  row.statistics_json = file.statistics_json;
  row.deletion_vector = file.deletion_vector ? &*file.deletion_vector : nullptr;
  row.base_row_id = file.base_row_id;
  row.default_row_commit_version = file.default_row_commit_version;
  row.clustering_provider = file.clustering_provider;
  std::vector<FileRow::PartitionValue> partition_values;
  for (const auto& [name, value] : file.partition_values) partition_values.push_back({name, value});
  std::vector<FileRow::Tag> tags;
  for (const auto& [key, value] : file.tags) tags.push_back({key, value});
  row.partition_values = partition_values;
  row.tags = tags;
  Add(row);
}

FileTable FileTableEdit::Finish() {
  State& state = *state_;
  if (state.touched.empty()) return std::move(state.base);
  FileTotals totals = state.base.storage_->totals;
  std::vector<Part> edited;
  for (const Part& part : state.base.storage_->parts) {
    const Positions gone = state.DeadPositions(part);
    for (const uint16_t position : gone) totals.Subtract(FactsOf(FileView(*part.chunk, position)));
    edited.push_back(Without(part, gone));
  }
  state.TakeAdded(edited, totals);
  const DictionaryPtr dictionary = state.writer.dictionary();
  std::vector<Part> parts;
  for (Part& part : edited) Push(parts, std::move(part), dictionary);
  return FileTable(
      std::make_shared<const FileTable::Storage>(std::move(parts), totals, dictionary));
}

}  // namespace laguna::delta
